//! The resource types that stand in the template.

/// A function, as SAM writes it.
pub(super) const FUNCTION: &str = "AWS::Serverless::Function";
/// The HTTP API, whose routes stand with the functions.
pub(super) const HTTP_API: &str = "AWS::Serverless::HttpApi";
pub(super) const QUEUE: &str = "AWS::SQS::Queue";
pub(super) const TABLE: &str = "AWS::DynamoDB::Table";

/// Those that mean nothing on one machine: there is no IAM, logs go to the terminal, and the HTTP
/// API says nothing but how it logs.
pub(super) const WITHOUT_COUNTERPART: [&str; 3] =
    [HTTP_API, "AWS::IAM::Role", "AWS::Logs::LogGroup"];
