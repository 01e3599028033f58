//! What the one who runs it configures: secrets, and params of the client.

use crate::declaration::{Loss, Names, Param, SETTERS, Value, is_keyword, is_secret_name, snake};

/// Names of settings that are in use.
#[derive(Default)]
pub(super) struct Settings {
    names: Option<Names>,
    known: Vec<Setting>,
    /// Secrets that stood in the file.
    pub(super) remarks: Vec<Loss>,
}

pub(super) struct Setting {
    /// What it is in the file: `dlt.secrets["x"]`, an argument.
    origin: String,
    pub(super) name: String,
    pub(super) is_secret: bool,
    ty: String,
    default: Option<Value>,
}

/// One of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SettingId(usize);

impl Settings {
    /// The setting of an origin; a new one is named by `name`.
    pub(super) fn of(&mut self, origin: &str, name: &str, is_secret: bool) -> SettingId {
        if let Some(index) = self.known.iter().position(|known| known.origin == origin) {
            return SettingId(index);
        }
        let name = snake(name);
        let name = match name.as_str() {
            "base_url" => "api_url".to_owned(),
            taken if SETTERS.contains(&taken) => format!("api_{taken}"),
            word if is_keyword(word) => format!("{word}_value"),
            _ => name,
        };
        let name = self.names.get_or_insert_with(|| Names::new(&SETTERS)).take(&name);
        let ty = "String".to_owned();
        self.known.push(Setting { origin: origin.to_owned(), name, is_secret, ty, default: None });
        SettingId(self.known.len() - 1)
    }

    /// A variable of the environment.
    pub(super) fn variable(&mut self, variable: &str) -> SettingId {
        let is_secret = is_secret_name(variable);
        let id = self.of(&format!("${variable}"), variable, is_secret);
        if let Some(setting) = self.known.get_mut(id.0).filter(|setting| !setting.is_secret) {
            setting.ty = format!("String (env = {variable:?})");
        }
        id
    }

    /// Declares what a param is where nobody sets it.
    pub(super) fn declare(&mut self, id: SettingId, ty: &str, default: Option<Value>) {
        if let Some(setting) = self.known.get_mut(id.0) {
            setting.ty = setting.ty.replacen("String", ty, 1);
            setting.default = default;
        }
    }

    /// A secret that stands in the file: it is named, and its value left out.
    pub(super) fn literal(&mut self, line: usize, option: &str, name: &str) -> SettingId {
        let id = self.of(&format!("line {line} {option}"), name, true);
        let original = format!("secret({})", self.name(id));
        self.remarks.push(Loss::new(line, option, original, "a secret that is written in the file, and not copied"));
        id
    }

    pub(super) fn name(&self, id: SettingId) -> String {
        self.known.get(id.0).map(|setting| setting.name.clone()).unwrap_or_default()
    }

    pub(super) fn is_secret(&self, id: SettingId) -> bool {
        self.known.get(id.0).is_some_and(|setting| setting.is_secret)
    }

    /// What stands where secrets are sent is one, and what stands in a URL is none.
    pub(super) fn keep_secret(&mut self, id: SettingId, is_secret: bool) {
        if let Some(setting) = self.known.get_mut(id.0) {
            setting.is_secret = is_secret;
        }
    }

    /// The names of secrets.
    pub(super) fn secrets(&self) -> Vec<String> {
        self.known.iter().filter(|known| known.is_secret).map(|known| known.name.clone()).collect()
    }

    /// The params of the client.
    pub(super) fn params(&self) -> Vec<Param> {
        let params = self.known.iter().filter(|known| !known.is_secret);
        params
            .map(|known| Param {
                name: known.name.clone(),
                ty: known.ty.clone(),
                default: known.default.clone(),
                docs: String::new(),
            })
            .collect()
    }
}
