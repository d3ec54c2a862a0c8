//! The binary `farthing`.

fn main() -> std::process::ExitCode {
    app::commands::main()
}
