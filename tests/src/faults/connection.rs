//! Connections that break, stall or drip.

use crate::{Reply, Step};

use super::Fault;
use super::wire::{chunked, cut, dripping, half_a_head, head};

pub(super) const FAULTS: &[Fault] = &[
    Fault::page("closed without an answer", |_| Reply::script([])),
    Fault::page("reset before the headers", |_| Reply::script([Step::Reset])),
    Fault::page("reset in the headers", |_| Reply::script([Step::Send(half_a_head()), Step::Reset])),
    Fault::page("reset after the headers", |ask| cut(&ask.sound(), (0, 1), [Step::Reset])),
    Fault::page("reset in mid-body", |ask| cut(&ask.sound(), (1, 2), [Step::Reset])),
    Fault::page("a body shorter than its `Content-Length`", |ask| cut(&ask.sound(), (1, 2), [])),
    Fault::page("chunks that end early", |ask| chunked(&ask.sound(), "")),
    Fault::page("a chunk whose size is no number", |ask| chunked(&ask.sound(), "size\r\n")),
    Fault::page("a chunk that never ends", |ask| chunked(&ask.sound(), "ffffffffffffffff\r\n")),
    Fault::page("silence before the headers", |_| Reply::script([Step::Stall])).waiting(),
    Fault::page("silence in mid-body", |ask| cut(&ask.sound(), (1, 2), [Step::Stall])).waiting(),
    Fault::page("a byte every 100 ms", |ask| dripping(&ask.sound())).waiting(),
    Fault::page("no HTTP", |_| Reply::script([Step::text("+OK this is another protocol\r\n")])),
    Fault::page("a header of a mebibyte", |ask| {
        let head = head(&ask.sound(), &[("X-Long", "x".repeat(1 << 20))]);
        Reply::script([Step::Send(head), Step::text(ask.sound().json().to_string())])
    }),
    Fault::page("ten thousand headers", |ask| {
        let many: Vec<_> = (0..10_000).map(|number| ("X-Many", number.to_string())).collect();
        Reply::script([Step::Send(head(&ask.sound(), &many)), Step::text(ask.sound().json().to_string())])
    }),
];
