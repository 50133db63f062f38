//! The deployed binary.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), feirante_lambda::Error> {
    modify_order::run().await
}
