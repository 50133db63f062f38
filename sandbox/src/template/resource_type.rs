//! The resource types that stand in the template.

/// A function, as SAM writes it.
pub(super) const FUNCTION: &str = "AWS::Serverless::Function";
/// The HTTP API, whose routes stand with the functions.
pub(super) const HTTP_API: &str = "AWS::Serverless::HttpApi";
pub(super) const QUEUE: &str = "AWS::SQS::Queue";
pub(super) const TABLE: &str = "AWS::DynamoDB::Table";

/// Those that mean nothing on one machine: there is no IAM, logs go to the terminal, nobody is told of
/// alarms, and the HTTP API says how it logs, how much it takes and under which name, not what it does.
pub(super) const WITHOUT_COUNTERPART: [&str; 14] = [
    HTTP_API,
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::Route53::RecordSet",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
];
