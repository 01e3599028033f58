//! Statements from a terminal, with history.

use std::path::PathBuf;
use std::process::ExitCode;

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use super::input::statements;
use super::{Done, Shell, failed};

/// Reads and runs statements until the end of input. One that fails ends nothing.
pub(super) async fn run(shell: &Shell) -> ExitCode {
    let mut editor = match DefaultEditor::new() {
        Ok(editor) => editor,
        Err(error) => return failed(&format!("the terminal cannot be read: {error}")),
    };
    let history = history();
    if let Some(file) = &history {
        // There is none before the first time.
        let _ = editor.load_history(file);
    }
    println!("{}: \\d lists its tables, \\? helps, \\q ends.", shell.source.name());
    let mut text = String::new();
    loop {
        let prompt = if text.trim().is_empty() { format!("{}> ", shell.source.name()) } else { "   -> ".to_owned() };
        let (back, line) = match tokio::task::spawn_blocking(move || {
            let line = editor.readline(&prompt);
            (editor, line)
        })
        .await
        {
            Ok(read) => read,
            Err(error) => return failed(&format!("the terminal cannot be read: {error}")),
        };
        editor = back;
        match line {
            Ok(line) => text.push_str(&line),
            // What was begun is dropped.
            Err(ReadlineError::Interrupted) => {
                text.clear();
                continue;
            }
            Err(ReadlineError::Eof) => break,
            Err(error) => return failed(&format!("the terminal cannot be read: {error}")),
        }
        text.push('\n');
        let (inputs, rest) = statements(&text);
        if inputs.is_empty() {
            continue;
        }
        let _ = editor.add_history_entry(text.trim());
        text = rest.into_text();
        for input in &inputs {
            let done = tokio::select! {
                done = shell.one(input) => done,
                _ = tokio::signal::ctrl_c() => Err("interrupted".to_owned()),
            };
            match done {
                Ok(Done::Yes) => {}
                Ok(Done::Quit) => {
                    save(&mut editor, history.as_ref());
                    return ExitCode::SUCCESS;
                }
                Err(error) => {
                    let _ = failed(&error);
                    break;
                }
            }
        }
    }
    save(&mut editor, history.as_ref());
    ExitCode::SUCCESS
}

fn save(editor: &mut DefaultEditor, file: Option<&PathBuf>) {
    if let Some(file) = file
        && let Err(error) = editor.save_history(file)
    {
        eprintln!("the history cannot be written to {}: {error}", file.display());
    }
}

/// The file of the history: `DECLAREST_HISTORY`, else one in the home folder.
fn history() -> Option<PathBuf> {
    let named = std::env::var_os("DECLAREST_HISTORY").map(PathBuf::from);
    named.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".declarest_history")))
}
