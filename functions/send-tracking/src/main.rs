//! The deployed binary.

fn main() -> Result<(), feirante_lambda::Error> {
    feirante_lambda::start::process(send_tracking::run())
}
