//! The outcome of each case.

use crate::{
    answer, credentials, cursor, defaults, detail, incremental, link, offset, page_number, parent, request, selection,
    steps,
};

/// The outcome of a case.
#[derive(Clone, Copy)]
pub(crate) enum Fate {
    /// A test shows that it holds.
    Passes { test: &'static str, note: &'static str },
    /// What dlt refuses at run time does not compile. Programs of `tests/compile/ui` show it.
    Refused { programs: &'static [&'static str], note: &'static str },
    /// The design says otherwise, in this sentence.
    Overruled { programs: &'static [&'static str], test: &'static str, reason: &'static str, design: &'static str },
}

use Fate::{Overruled, Passes, Refused};

/// The path of a test that there is.
macro_rules! test {
    ($test:path) => {{
        const _: fn() = $test;
        stringify!($test)
    }};
}

const PAGES: &str = "dlt's `total_path` counts pages, which is `total_pages_path` here";

const ONE_ROW: &str = "an object is one row where `data_selector` says so: `\"$\"`";

/// Each case, in the order of `cases.json`.
pub(crate) const TABLE: &[(&str, Fate)] = &[
    ("pn-01", Passes { test: test!(page_number::pn_01), note: PAGES }),
    ("pn-03", Passes { test: test!(page_number::pn_03), note: PAGES }),
    ("pn-05", Passes { test: test!(page_number::pn_05), note: PAGES }),
    ("pn-07", Passes { test: test!(page_number::pn_07), note: "the error says \"the body has nothing at `total`\"" }),
    ("pn-09", Passes { test: test!(page_number::pn_09), note: "" }),
    ("pn-11", Passes { test: test!(page_number::pn_11), note: "" }),
    ("pn-13", Refused { programs: &["conflict/walk_without_end"], note: "" }),
    (
        "pn-15",
        Passes {
            test: test!(page_number::pn_15),
            note: "without the page among the params, where it is a compile error: `conflict/param_paginator`",
        },
    ),
    ("of-01", Passes { test: test!(offset::of_01), note: "" }),
    ("of-03", Passes { test: test!(offset::of_03), note: "" }),
    ("of-05", Passes { test: test!(offset::of_05), note: "" }),
    ("of-07", Passes { test: test!(offset::of_07), note: "dlt's default `total_path` is written out" }),
    ("cu-01", Passes { test: test!(cursor::cu_01), note: "" }),
    ("cu-03", Passes { test: test!(cursor::cu_03), note: "" }),
    ("cu-05", Passes { test: test!(cursor::cu_05), note: "" }),
    ("cu-07", Refused { programs: &["conflict/cursor_param_and_body_path"], note: "" }),
    ("hc-01", Passes { test: test!(cursor::hc_01), note: "" }),
    ("jl-01", Passes { test: test!(link::jl_01), note: "" }),
    ("jl-03", Passes { test: test!(link::jl_03), note: "" }),
    ("jl-05", Passes { test: test!(link::jl_05), note: "" }),
    ("hl-01", Passes { test: test!(link::hl_01), note: "" }),
    ("sp-01", Passes { test: test!(link::sp_01), note: "" }),
    (
        "au-01",
        Passes {
            test: test!(selection::au_01),
            note: "with `data_selector`: rows are not guessed, and the error without it names `data`",
        },
    ),
    ("au-03", Passes { test: test!(selection::au_03), note: "with `data_selector`: rows are not guessed" }),
    ("au-05", Passes { test: test!(selection::au_05), note: ONE_ROW }),
    ("ds-01", Passes { test: test!(selection::ds_01), note: "" }),
    ("au-b1", Passes { test: test!(credentials::au_b1), note: "the type is written out" }),
    ("au-b3", Passes { test: test!(credentials::au_b3), note: "" }),
    ("au-b5", Passes { test: test!(credentials::au_b5), note: "" }),
    ("au-b7", Passes { test: test!(credentials::au_b7), note: "" }),
    (
        "au-b9",
        Overruled {
            programs: &["unknown/bearer_option", "malformed/literal_secret"],
            test: test!(credentials::au_b9),
            reason: "not even the first and the last character of a secret are shown",
            design: "secrets live in `secrecy` types: never in `Debug`, logs, errors, URLs or state.",
        },
    ),
    ("pc-01", Passes { test: test!(parent::pc_01), note: "" }),
    ("pc-03", Passes { test: test!(parent::pc_03), note: "" }),
    ("pc-05", Passes { test: test!(parent::pc_05), note: "" }),
    ("pc-07", Passes { test: test!(parent::pc_07), note: "" }),
    ("pc-09", Passes { test: test!(parent::pc_09), note: "with `concurrency`, which is 4 by default" }),
    ("pc-11", Refused { programs: &["unknown/placeholder_alone"], note: "" }),
    ("pc-13", Refused { programs: &["conflict/parents_unrelated"], note: "" }),
    ("pc-15", Passes { test: test!(detail::pc_15), note: ONE_ROW }),
    ("rq-01", Passes { test: test!(request::rq_01), note: "with each brace doubled: headers are templates" }),
    ("rq-03", Passes { test: test!(request::rq_03), note: "" }),
    ("rq-05", Passes { test: test!(defaults::rq_05), note: "the path is written out" }),
    ("rq-07", Passes { test: test!(request::rq_07), note: "" }),
    ("ra-01", Passes { test: test!(detail::ra_01), note: "" }),
    ("ra-03", Passes { test: test!(answer::ra_03), note: "" }),
    ("ra-05", Passes { test: test!(answer::ra_05), note: "" }),
    ("ps-01", Passes { test: test!(steps::ps_01), note: "the steps are functions" }),
    ("ps-03", Passes { test: test!(steps::ps_03), note: "the step is a function" }),
    ("in-01", Passes { test: test!(incremental::in_01), note: "" }),
    ("in-03", Passes { test: test!(incremental::in_03), note: "with `append`, which is dlt's default" }),
    ("in-05", Refused { programs: &["conflict/incremental_twice"], note: "" }),
    (
        "wd-01",
        Overruled {
            programs: &[],
            test: test!(defaults::wd_01),
            reason: "a run that is repeated doubles nothing unless `append` is written",
            design: "`merge` with a primary key; without one `append` if the resource is incremental, else `replace`",
        },
    ),
    ("rt-01", Passes { test: test!(answer::rt_01), note: "" }),
    (
        "sr-01",
        Passes {
            test: test!(answer::sr_01),
            note: "but the beginning of the body is quoted, with the client's secrets redacted",
        },
    ),
    ("cf-01", Refused { programs: &["unknown/source_option"], note: "" }),
    (
        "cf-03",
        Refused {
            programs: &["malformed/param_resolve", "missing/parent"],
            note: "a parent's field is bound where it is written, so that there is none that nothing uses",
        },
    ),
];
