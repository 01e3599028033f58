//! Random queries of an API, and the same of a copy of its rows: no difference.

use std::env;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::prelude::SessionContext;
use fastrand::Rng;

use crate::things::{THINGS, Things};

const COLUMNS: [&str; 8] = ["id", "kind", "level", "score", "open", "note", "created", "updated"];

fn pick<'t>(rng: &mut Rng, of: &[&'t str]) -> &'t str {
    of[rng.usize(..of.len())]
}

fn text(rng: &mut Rng) -> String {
    format!("'{}'", pick(rng, &["a", "b", "B", "c d", "é", "x,y", "", " lead", "lead", "zz", "Note", "note", "10%"]))
}

fn time(rng: &mut Rng) -> String {
    let (day, hour, second) = (rng.u32(1..6), rng.u32(0..24), rng.u32(0..60));
    let fraction = pick(rng, &["", "", ".250", ".5", ".000001"]);
    let zone = pick(rng, &["Z", "+02:00", "-07:30", "+00:00"]);
    let time = format!("'2024-03-0{day}T{hour:02}:10:{second:02}{fraction}{zone}'");
    match rng.u8(..4) {
        0 => format!("timestamp {time}"),
        1 => format!("cast({time} as timestamp)"),
        2 => format!("to_timestamp({time})"),
        _ => time,
    }
}

fn number(rng: &mut Rng) -> String {
    match rng.u8(..8) {
        0 => format!("cast('{}' as bigint)", rng.i8(-5..6)),
        1 => format!("{} + 1", rng.i8(-5..5)),
        2 => "null".to_owned(),
        3 => format!("{}.5", rng.i8(0..5)),
        _ => rng.i8(-5..6).to_string(),
    }
}

fn list(rng: &mut Rng, item: impl Fn(&mut Rng) -> String) -> String {
    let count = rng.usize(1..6);
    (0..count).map(|_| item(rng)).collect::<Vec<_>>().join(", ")
}

fn predicate(rng: &mut Rng) -> String {
    let compare = pick(rng, &["=", "=", "<>", "<", "<=", ">", ">="]).to_owned();
    let not = pick(rng, &["", "", "not "]);
    match rng.u8(..24) {
        0..=2 => format!("kind {} {}", pick(rng, &["=", "=", "<>", "<"]), text(rng)),
        3 | 4 => format!("kind {not}in ({})", list(rng, text)),
        5 => format!("{} = kind", text(rng)),
        6 => format!("kind {not}like '{}'", pick(rng, &["a%", "%e%", "_", "%,%", "B", "%"])),
        7 => format!("lower(kind) = {}", text(rng)),
        8 => format!("{} is {not}null", pick(rng, &["kind", "level", "score", "note", "created"])),
        9 | 10 => format!("level {compare} {}", number(rng)),
        11 => format!("{} {compare} level", number(rng)),
        12 => format!("level {not}in ({})", list(rng, number)),
        13 => format!("level {not}between {} and {}", number(rng), number(rng)),
        14 => format!("cast(level as double) {compare} {}", number(rng)),
        15 => format!("score {compare} {}.25", rng.i8(-4..8)),
        16 => pick(rng, &["open", "not open", "open = true", "open = false", "open is not true"]).to_owned(),
        17 => format!("note {} {}", pick(rng, &["=", "=", "<>"]), text(rng)),
        18 | 19 => format!("created {compare} {}", time(rng)),
        20 => format!("created {not}between {} and {}", time(rng), time(rng)),
        21 => format!("{} {compare} created", time(rng)),
        22 => format!("updated {compare} {}", time(rng)),
        _ => pick(rng, &["true", "false", "null", "1 = 1", "id > 200", "created < updated"]).to_owned(),
    }
}

fn condition(rng: &mut Rng, depth: u8) -> String {
    if depth == 0 || rng.u8(..3) == 0 {
        return predicate(rng);
    }
    let (left, right) = (condition(rng, depth - 1), condition(rng, depth - 1));
    match rng.u8(..7) {
        0 => format!("not ({left})"),
        1 | 2 => format!("({left}) or ({right})"),
        _ => format!("({left}) and ({right})"),
    }
}

/// A query of a table of this name, and whether it says which rows it has, and in which order.
fn query(rng: &mut Rng) -> (String, bool, bool) {
    let filter = if rng.u8(..8) == 0 { String::new() } else { format!(" where {}", condition(rng, 3)) };
    let columns = (0..rng.usize(1..5)).map(|_| pick(rng, &COLUMNS)).collect::<Vec<_>>();
    match rng.u8(..8) {
        0 => (format!("select count(*) from TABLE{filter}"), true, true),
        1 => (format!("select count(level), sum(level), min(created), max(score) from TABLE{filter}"), true, true),
        2 => (format!("select kind, count(*), max(id) from TABLE{filter} group by kind"), true, false),
        3 => (format!("select {} from TABLE{filter} limit {}", columns.join(", "), rng.u32(0..120)), false, false),
        4 | 5 => {
            let order = pick(
                rng,
                &["created", "created desc", "id", "id desc", "level, id", "kind desc, id", "created desc, id"],
            );
            let limit = if rng.bool() { format!(" limit {}", rng.u32(0..130)) } else { String::new() };
            let offset = if rng.u8(..4) == 0 { format!(" offset {}", rng.u32(0..80)) } else { String::new() };
            (format!("select {} from TABLE{filter} order by {order}{limit}{offset}", columns.join(", ")), true, true)
        }
        _ => (format!("select {} from TABLE{filter}", columns.join(", ")), true, false),
    }
}

/// Rows as text, or why there are none.
async fn answer(ctx: &SessionContext, sql: &str) -> Result<Vec<String>, String> {
    let batches = match ctx.sql(sql).await {
        Ok(query) => query.collect().await,
        Err(error) => Err(error),
    };
    Ok(batches.map_err(|error| error.to_string())?.iter().flat_map(lines).collect())
}

fn lines(batch: &RecordBatch) -> Vec<String> {
    let options = FormatOptions::default().with_null("NULL");
    let columns: Vec<_> =
        batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).expect("text")).collect();
    (0..batch.num_rows())
        .map(|row| columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join(" | "))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn random_queries_are_answered_as_over_a_copy() {
    let count = env::var("DECLAREST_QUERIES").map_or(200, |count| count.parse().expect("a number"));
    let seed = env::var("DECLAREST_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().expect("a number"));
    let mut rng = Rng::with_seed(seed);
    let (mut answered, mut requests, mut fewer) = (0, 0, 0);
    let things = [Things::new(1).await, Things::new(4).await];
    for number in 0..count {
        let Things { server, ctx } = &things[number % 2];
        let (sql, is_defined, is_ordered) = query(&mut rng);
        let before = server.count();
        let found = answer(ctx, &sql.replace("TABLE", "api.things")).await;
        let sent = server.count() - before;
        let expected = answer(ctx, &sql.replace("TABLE", "copy")).await;
        let (mut found, mut expected) = match (found, expected) {
            (Ok(found), Ok(expected)) => (found, expected),
            // What has no meaning has none in either.
            (Err(_), Err(_)) => continue,
            (found, expected) => panic!("seed {seed}, query {number}: {sql}\n{found:?}\nexpected {expected:?}"),
        };
        if !is_ordered {
            found.sort_unstable();
            expected.sort_unstable();
        }
        if is_defined {
            assert_eq!(found, expected, "seed {seed}, query {number}: {sql}");
        } else {
            assert_eq!(found.len(), expected.len(), "seed {seed}, query {number}: {sql}");
        }
        answered += 1;
        requests += sent;
        fewer += usize::from(sent < usize::try_from(THINGS.div_ceil(50)).expect("a small number"));
    }
    println!(
        "seed {seed}: {answered} of {count} queries answered alike, by {requests} requests; {fewer} read a part of the pages"
    );
    assert!(answered > count * 3 / 4, "only {answered} of {count} queries have a meaning");
    assert!(fewer > count / 10, "only {fewer} of {count} queries read less than all");
}
