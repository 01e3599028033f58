//! The settings' names: no secret and no param can take one, since the builder has a method of that name.

/// The methods that the runtime gives to every builder.
fn settings() -> impl Iterator<Item = &'static str> {
    let text = include_str!("../../../runtime/src/client/setters.rs");
    text.lines().filter_map(|line| Some(line.trim().strip_prefix("pub fn ")?.split_once('(')?.0))
}

/// What the macro says to a source whose secret and whose param have this name.
fn refused(args: &str, path: &str) -> String {
    let module = format!(
        "pub mod demo {{ #[resource(path = \"{path}\", paginator = single_page)] pub struct Item {{ pub key: String }} }}"
    );
    declarest_macros_core::source(args.parse().expect("tokens"), module.parse().expect("tokens")).to_string()
}

#[test]
fn the_macro_knows_the_name_of_each_setting() {
    assert_eq!(settings().count(), 13);
    for name in settings() {
        let mistake = format!("the builder of the client has a method `{name}` of its own");
        let secret = format!("base_url = \"https://a.example\", auth = bearer(token = secret({name}))");
        assert!(refused(&secret, "/items").contains(&mistake), "{name}");
        let param = format!("base_url = \"https://a.example\", params({name}: String)");
        assert!(refused(&param, &format!("/{{{name}}}/items")).contains(&mistake), "{name}");
    }
    let free = "base_url = \"https://a.example\", auth = bearer(token = secret(user_token))";
    assert!(!refused(free, "/items").contains("compile_error"));
}
