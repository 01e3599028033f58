//! The arguments of a shell.

use super::Format;

/// The arguments of a shell.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) format: Format,
    pub(super) statements: Vec<String>,
    pub(super) help: bool,
}

impl Arguments {
    pub(super) fn read(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut read = Self::default();
        for argument in arguments {
            let format = match argument.as_str() {
                "--json" => Format::Json,
                "--csv" => Format::Csv,
                "--help" | "-h" => {
                    read.help = true;
                    continue;
                }
                flag if flag.starts_with('-') => {
                    return Err(format!("there is no option `{flag}`"));
                }
                _ => {
                    read.statements.push(argument);
                    continue;
                }
            };
            if read.format != Format::Table && read.format != format {
                return Err("`--json` and `--csv` exclude each other".to_owned());
            }
            read.format = format;
        }
        Ok(read)
    }
}
