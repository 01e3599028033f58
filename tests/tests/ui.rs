//! The errors that users see, and declarations that compile. See `tests/ui/README.md`.

#[test]
fn sound_declarations_compile() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

// By themselves, tests that must not compile go through one run of the compiler.
#[test]
fn mistakes_are_errors() {
    let tests = trybuild::TestCases::new();
    for theme in ["conflict", "malformed", "many", "misplaced", "missing", "types", "unknown", "unsupported"] {
        tests.compile_fail(format!("ui/{theme}/*.rs"));
    }
}
