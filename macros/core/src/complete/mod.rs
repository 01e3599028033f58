//! Completion in editors. rust-analyzer completes a word where its token is in the expansion; so under
//! `cfg(rust_analyzer)` each option that is written, or begun, is named once more: as an item of a module that holds
//! all options of its context. So are the words of values and of helper attributes; the name of a field is a field of
//! the struct, where an editor finds and renames it.
//!
//! The raw tokens are walked, since a declaration that is being typed often cannot be parsed. The output comes before
//! everything else in the expansion: the editor compares expansions with and without the word at the cursor, position
//! by position.

mod names;
mod scan;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Path;

pub(crate) use self::names::modules;
use self::scan::{Named, entries, module_items};
use crate::language::SourceOptions;
use crate::syntax::Options;

/// The options of a declaration, named in the modules of their contexts.
pub(crate) fn words(args: TokenStream, item: TokenStream, krate: &Path) -> TokenStream {
    let mut words = Vec::new();
    entries(SourceOptions::CONTEXT, args, &mut words);
    module_items(item, &mut words);
    let words = words.into_iter().filter(Named::can_be_named).map(|word| match word {
        Named::Of(module, word) => {
            let module = format_ident!("{module}");
            quote!(let _ = #krate::__private::options::#module::#word;)
        }
        Named::Field { module, row, path } => quote!(let _ = |__row: &#module::#row| &__row.#(#path).*;),
    });
    // The compiler does not know this `cfg`, and the lint can be turned off only on an item around it.
    quote! {
        #[allow(unexpected_cfgs)]
        const _: () = {
            #[cfg(rust_analyzer)]
            {
                #(#words)*
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::names::{ACTIONS, ATTRIBUTES, LINTS, VALUES};
    use super::*;
    use crate::language::CONTEXTS;

    fn named(args: &str, item: &str) -> Vec<String> {
        let parsed = |text: &str| text.parse::<TokenStream>().expect("tokens");
        let words = words(parsed(args), parsed(item), &crate::naming::default_crate()).to_string().replace(' ', "");
        let words = words.split("let_=").skip(1).filter_map(|word| Some(word.split_once(';')?.0.to_owned()));
        let bare = |word: String| word.rsplit_once("options::").map_or(word.clone(), |(_, word)| word.to_owned());
        words.map(bare).collect()
    }

    #[test]
    fn what_is_begun_is_named_in_its_context() {
        let args = r#"base_url = "https://a.b", auth = be, retry(max_), params(mine: u32), resource_defaults(paginator = page_number(li), wri), cra"#;
        let words = [
            "source::base_url",
            "source::auth",
            "auths::be",
            "source::retry",
            "retry::max_",
            "source::params",
            "source::resource_defaults",
            "resource_defaults::paginator",
            "paginators::page_number",
            "page_number::li",
            "resource_defaults::wri",
            "source::cra",
        ];
        assert_eq!(named(args, ""), words);
        let item = r#"mod m { #[declarest::resource(path = "/a", incremental(cu))] struct A { #[column(sk)] #[serde(default)] a: u32 } #[other] #[nested(re)] fn"#;
        let words = [
            "attributes::resource",
            "resource::path",
            "resource::incremental",
            "incremental::cu",
            "attributes::column",
            "column::sk",
            "attributes::other",
            "attributes::nested",
            "nested::re",
        ];
        assert_eq!(named("", &format!("{item} }}")), words);
    }

    #[test]
    fn fields_and_values_can_be_chosen() {
        let item = r#"pub mod m {
            #[resource(primary_key = (id, _posts_id, info.na), params(a: Vec<u8> (filters >= li)), sorts(na desc = "x"), write_disposition = mer, incremental(cursor = at), response_actions(404 = ig, "x" = re))]
            #[derive(Debug)]
            pub struct Row { pub id: u64 }
            #[nes] struct Part { a: u32 }
        }"#;
        let words = [
            "attributes::resource",
            "|__row:&m::Row|&__row.id",
            "|__row:&m::Row|&__row.info.na",
            "|__row:&m::Row|&__row.na",
            "|__row:&m::Row|&__row.li",
            "|__row:&m::Row|&__row.at",
            "resource::primary_key",
            "resource::params",
            "resource::sorts",
            "resource::write_disposition",
            "write_dispositions::mer",
            "resource::incremental",
            "incremental::cursor",
            "resource::response_actions",
            "actions::ig",
            "actions::re",
            "attributes::nes",
        ];
        assert_eq!(named("", item), words);
    }

    #[test]
    fn every_option_with_words_has_them() {
        for (written, word) in [
            ("deleted = ma", "deleted_choices::ma"),
            ("missing_cursor = ke", "missing_cursor_choices::ke"),
            ("fields = re", "fields_choices::re"),
            ("incremental(order = de)", "orders::de"),
            ("paginator = offset(advance = li)", "advance_choices::li"),
            ("paginator = cursor(repeated = en)", "repeated_choices::en"),
            ("auth = oauth2_client_credentials(request_format = js)", "request_formats::js"),
            ("allow(fixed_page, unu)", "lints::unu"),
        ] {
            let item = format!("mod m {{ #[resource({written})] struct Row; }}");
            assert_eq!(named("", &item).last().map(String::as_str), Some(word), "{written}");
        }
        let modules = modules().to_string();
        for name in VALUES.iter().map(|(_, name, _)| *name).chain([ACTIONS, LINTS, ATTRIBUTES]) {
            assert!(modules.contains(&format!("pub mod {name} {{")), "{name}");
        }
    }

    #[test]
    fn what_is_no_name_is_not_named() {
        assert_eq!(named("_ = 1, type = 2, crate = x, auth = _", ""), ["source::crate", "source::auth"]);
        let item = "mod m { #[resource(primary_key = (gen, info.type))] struct Row; }";
        assert_eq!(named("", item), ["attributes::resource", "resource::primary_key"]);
    }

    #[test]
    fn every_option_can_be_chosen() {
        let modules = modules().to_string();
        for (context, table) in CONTEXTS {
            assert!(modules.contains(&format!("pub mod {context} ")), "{context}");
            for option in table.iter().filter(|option| option.name != "crate") {
                assert!(modules.contains(&format!("pub const {} : ()", option.name)), "{}", option.name);
            }
        }
    }

    /// An editor compares expansions with and without the word at the cursor up to that word.
    #[test]
    fn words_stand_first() {
        let parsed = |text: &str| text.parse::<TokenStream>().expect("tokens");
        for item in ["pub mod m { #[resource(pa)] pub struct A { pub id: u32 } }", "mod m; struct"] {
            let expansion = crate::source(parsed("bas"), parsed(item)).to_string();
            let first = expansion.find("options").expect("words");
            assert!(first < expansion.find("compile_error").expect("an error"), "{expansion}");
        }
    }
}
