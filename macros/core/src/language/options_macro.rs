//! A context is a table of options and a struct of slots, made from one list by [`options!`], so that the parser, the
//! suggestions and the documentation cannot differ.

/// Makes a context: the struct of slots and its table. `with overruled` lets `(openapi = none)` follow a value; `and none`
/// lets `none` stand for a value that is not taken from the defaults, but for the options listed, whose value it is.
macro_rules! options {
    (
        $(#[$meta:meta])*
        $name:ident in $context:literal $(with $overruled:ident $(and none but $($kept:literal)|+)?)? {
            $( $option:literal $field:ident: $value:ty, $doc:literal; )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Default)]
        pub(crate) struct $name {
            $( #[doc = $doc] pub(crate) $field: $crate::syntax::Slot<$value>, )*
            $(
                /// The options about whose values the OpenAPI file is wrong.
                pub(crate) $overruled: Vec<&'static str>,
            )?
        }

        impl $crate::syntax::Options for $name {
            const CONTEXT: &'static str = $context;
            const TABLE: &'static [$crate::syntax::Opt] = &[
                $( $crate::syntax::Opt { name: $option, form: <$value as $crate::syntax::OptionValue>::FORM, doc: $doc }, )*
            ];

            fn context_of(name: &str) -> Option<&'static str> {
                $crate::language::contexts_of(name).find(|other| *other != Self::CONTEXT)
            }

            fn meant(name: &str) -> Option<(Option<&'static str>, &'static str)> {
                $crate::language::meant($context, name)
            }

            #[allow(unused_variables, reason = "a context may have no options")]
            fn spoil(&mut self, name: &str, key: ::syn::Ident) {
                match name {
                    $( $option => self.$field.spoil(key), )*
                    _ => {}
                }
            }

            $( $(
                fn can_be_none(name: &str) -> bool {
                    !matches!(name, $($kept)|+)
                }
            )? )?

            #[allow(unused_variables, reason = "a context may have no options")]
            fn clear(&mut self, name: &str, key: ::syn::Ident, errors: &$crate::diagnostic::Sink) {
                match name {
                    $( $option => self.$field.clear(key, errors), )*
                    _ => {}
                }
            }

            #[allow(unused_variables, reason = "a context may have no options")]
            fn fill(
                &mut self,
                option: &$crate::syntax::Opt,
                key: ::syn::Ident,
                input: ::syn::parse::ParseStream<'_>,
                errors: &$crate::diagnostic::Sink,
            ) {
                match option.name {
                    $( $option => self.$field.fill(option, key, input, errors), )*
                    _ => $crate::syntax::skip(input),
                }
            }

            $(
                fn follow(
                    &mut self,
                    option: &'static $crate::syntax::Opt,
                    input: ::syn::parse::ParseStream<'_>,
                ) -> ::syn::Result<()> {
                    if $crate::language::overrule::follows_option(option, input)? {
                        self.$overruled.push(option.name);
                    }
                    Ok(())
                }
            )?
        }
    };
}

/// Makes the context of a paginator: options that are also a list of settings. `= default` marks those that the runtime
/// has a default for; the others are `Option`s there.
macro_rules! settings {
    (
        $(#[$meta:meta])*
        $name:ident in $context:literal {
            $( $option:literal $field:ident: $value:ty $(= $default:ident)?, $doc:literal; )*
        }
    ) => {
        options! {
            $(#[$meta])*
            $name in $context with overruled { $( $option $field: $value, $doc; )* }
        }

        impl From<$name> for Vec<Setting> {
            #[allow(unused_variables, reason = "a paginator may have no options")]
            fn from(options: $name) -> Self {
                vec![ $( Setting {
                    name: $option,
                    optional: stringify!($($default)?).is_empty(),
                    overruled: options.overruled.contains(&$option),
                    value: options.$field.map(Into::into),
                }, )* ]
            }
        }
    };
}

pub(crate) use {options, settings};
