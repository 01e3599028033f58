//! Three questions, in SQL, to the file that the sync has written.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

struct Question {
    title: &'static str,
    sql: &'static str,
}

const QUESTIONS: [Question; 3] = [
    Question {
        title: "Issues by severity",
        sql: "SELECT severity, count(*) AS issues, sum(status = 'OPEN') AS open
              FROM issues GROUP BY severity ORDER BY issues DESC",
    },
    Question {
        title: "The ten worst files, by open issues",
        sql: "SELECT substr(i.component, instr(i.component, ':') + 1) AS file,
                     CASE c.qualifier WHEN 'UTS' THEN 'test' ELSE 'code' END AS kind, count(*) AS open,
                     sum(i.severity IN ('BLOCKER', 'CRITICAL')) AS severe, count(DISTINCT i.rule) AS rules
              FROM issues i LEFT JOIN components c ON c.key = i.component
              WHERE i.status = 'OPEN'
              GROUP BY i.component ORDER BY open DESC, file LIMIT 10",
    },
    Question {
        title: "The oldest open blockers and criticals",
        sql: "SELECT date(creation_date) AS since, severity, rule, component || coalesce(':' || line, '') AS place
              FROM issues WHERE status = 'OPEN' AND severity IN ('BLOCKER', 'CRITICAL')
              ORDER BY creation_date, key LIMIT 10",
    },
];

/// Prints each question and its answer.
pub(crate) fn ask(database: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    for question in QUESTIONS {
        println!("\n{}", question.title);
        for line in table(&answer(&connection, question.sql)?) {
            println!("  {line}");
        }
    }
    Ok(())
}

/// The column names, then the rows.
fn answer(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<Vec<String>>> {
    let mut statement = connection.prepare(sql)?;
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let columns = names.len();
    let rows = statement.query_map([], |row| (0..columns).map(|index| row.get(index).map(text)).collect())?;
    std::iter::once(Ok(names)).chain(rows).collect()
}

fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(bytes) => format!("{} bytes", bytes.len()),
    }
}

/// Columns as wide as their widest cell; numbers to the right.
fn table(rows: &[Vec<String>]) -> Vec<String> {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(row.len().max(widths.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let numeric: Vec<_> = (0..widths.len())
        .map(|column| rows.iter().skip(1).all(|row| row.get(column).is_some_and(|cell| cell.parse::<f64>().is_ok())))
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).zip(&numeric).map(|((cell, width), numeric)| {
            if *numeric { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
