//! Bodies that are not what their headers say, or not JSON.

use crate::{Reply, Step};

use super::Fault;
use super::wire::{bomb, gzip, head};

pub(super) const FAULTS: &[Fault] = &[
    Fault::page("`Content-Encoding: gzip`, and it is not", |ask| {
        ask.sound().reply().header("Content-Encoding", "gzip")
    }),
    Fault::page("gzip that ends early", |ask| {
        let packed = gzip(ask.sound().json().to_string().as_bytes());
        ask.sound().reply_with(&packed[..packed.len() / 2]).header("Content-Encoding", "gzip")
    }),
    Fault::page("an encoding that nobody knows", |ask| {
        ask.sound().reply_with([0x1f, 0x9d, 0x90, 0x7b]).header("Content-Encoding", "compress")
    }),
    Fault::page("a gzip bomb: 1 GiB from 1 MiB", |ask| {
        ask.sound().reply_with(bomb()).header("Content-Encoding", "gzip")
    }),
    Fault::page("a body that is larger than `max_page_bytes`, and says so", |ask| {
        ask.sound().reply_with(ask.sound().json().to_string() + &" ".repeat(1 << 20))
    }),
    Fault::page("a body without an end", |ask| {
        let blanks = Step::Send(vec![b' '; 1 << 16]);
        Reply::script([Step::Send(head(&ask.sound(), &[]))].into_iter().chain(vec![blanks; 32]))
    }),
    Fault::page("another charset in the header", |ask| {
        ask.sound().reply().header("Content-Type", "application/json; charset=iso-8859-1")
    }),
    Fault::page("text in Latin-1", |ask| {
        let text = ask.sound().json().to_string();
        let (before, after) = text.split_once("\"row 1").expect("there is one");
        let body = [before.as_bytes(), b"\"\xe9row 1", after.as_bytes()].concat();
        ask.sound().reply_with(body).header("Content-Type", "application/json; charset=iso-8859-1")
    }),
    Fault::page("UTF-16", |ask| {
        let text = format!("\u{feff}{}", ask.sound().json());
        ask.sound().reply_with(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>())
    }),
    Fault::page("a byte order mark", |ask| ask.sound().reply_with(format!("\u{feff}{}", ask.sound().json()))),
    Fault::page("HTML with 200", |_| {
        Reply::status(200).header("Content-Type", "text/html").body("<!DOCTYPE html><title>Sign in</title>")
    }),
    Fault::page("nothing with 200", |ask| ask.sound().reply_with("")),
    Fault::page("half of the JSON, as a whole body", |ask| {
        let text = ask.sound().json().to_string();
        ask.sound().reply_with(&text.as_bytes()[..text.len() / 2])
    }),
    Fault::page("more after the JSON", |ask| ask.sound().reply_with(format!("{}{{}}", ask.sound().json()))),
];
