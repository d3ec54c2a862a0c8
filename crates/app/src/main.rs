//! The binary `farthing`.

/// A request takes and gives back many small pieces of memory, often on different threads.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    app::commands::main()
}
