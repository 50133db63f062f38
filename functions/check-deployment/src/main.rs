//! The deployed binary.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), feirante_lambda::Error> {
    check_deployment::run().await
}
