#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| declarest::fuzz::value(data));
