//! The `feirante` command.

fn main() -> std::process::ExitCode {
    feirante::main()
}
