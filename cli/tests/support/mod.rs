//! Files of other tools, and what the macro says of what is written of them.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::Path;

use crate::common::{run, stderr, stdout};

/// A file of the test's own, in a folder of its own.
pub(crate) fn file(folder: &str, name: &str, text: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file");
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// The module and the table of losses of a file that can be read.
pub(crate) fn imported(from: &str, file: &str) -> (String, String) {
    let output = run(&["import", from, file]);
    assert!(output.status.success(), "{}", stderr(&output));
    let module = stdout(&output);
    syn::parse_file(&module).unwrap_or_else(|error| panic!("{error}\n{module}"));
    (module, stderr(&output))
}

/// The error of one that cannot. Nothing is written.
pub(crate) fn refused(arguments: &[&str], file: &str) -> String {
    let out = Path::new(file).with_extension("out.rs");
    let out = out.to_str().expect("a path in UTF-8");
    let output = run(&[arguments, &[file, "--out", out]].concat());
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert_eq!(stdout(&output), "");
    assert!(!Path::new(out).exists());
    stderr(&output).replace(file, "FILE")
}

/// The errors of the macro for each module of a text, with options of the test's own.
pub(crate) fn macro_errors(text: &str, options: &str) -> Vec<String> {
    let file: syn::File = syn::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut errors = Vec::new();
    for item in file.items {
        let syn::Item::Mod(mut module) = item else { panic!("no module") };
        let is_source = |attribute: &syn::Attribute| attribute.path().segments.len() == 2;
        let index = module.attrs.iter().position(is_source).expect("an attribute");
        let attribute = module.attrs.remove(index);
        let syn::Meta::List(list) = &attribute.meta else { panic!("no arguments") };
        let mut arguments: proc_macro2::TokenStream = options.parse().expect("tokens");
        arguments.extend(list.tokens.clone());
        let tokens = declarest_macros_core::source(arguments, quote::ToTokens::to_token_stream(&module)).to_string();
        errors.extend(tokens.split("compile_error").skip(1).map(|error| error.chars().take(400).collect()));
    }
    errors
}

/// Files with what is expected of them beside them.
pub(crate) mod expected {
    use std::path::{Path, PathBuf};

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
    }

    pub(crate) fn input(name: &str) -> String {
        folder().join(name).to_str().expect("a path in UTF-8").to_owned()
    }

    /// What is expected of a file, as it stands.
    pub(crate) fn text(name: &str) -> String {
        std::fs::read_to_string(folder().join(name).with_extension("rs")).expect("what is expected")
    }

    pub(crate) fn same(name: &str, module: &str) {
        let path = folder().join(name).with_extension("rs");
        if std::env::var_os("UPDATE_IMPORT").is_some() {
            std::fs::write(&path, module).expect("what is expected");
        }
        assert_eq!(module, text(name), "{name}");
        for line in module.lines() {
            assert!(line.chars().count() <= 120 || line.contains("= \""), "{name}: {line}");
        }
    }
}
