//! The program: see the library.

fn main() -> std::process::ExitCode {
    cargo_declarest::run(std::env::args_os())
}
