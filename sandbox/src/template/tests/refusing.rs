//! What the reader says about a template it can't take.

use super::super::read;
use super::samples::{RESOURCES, event, function, template};

fn refusal(resources: &str) -> String {
    match read(&template(resources)) {
        Ok(stack) => panic!("read as {stack:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_not_understood_is_named_with_its_place() {
    let cases = [
        (
            "Stream: {Type: AWS::Kinesis::Stream}".to_owned(),
            "Resources.Stream.Type: the sandbox does not understand AWS::Kinesis::Stream",
        ),
        (
            "Jobs: {Properties: {}}".to_owned(),
            "Resources.Jobs.Type: missing",
        ),
        (
            event("{Type: Kinesis, Properties: {}}"),
            "Resources.Count.Properties.Events.It.Type: \
             the sandbox does not understand events of type Kinesis",
        ),
        (
            event("{Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn, FilterCriteria: {}}}"),
            "Resources.Count.Properties.Events.It.Properties: \
             the sandbox does not understand FilterCriteria",
        ),
        (
            event("{Type: SQS, Properties: {Queue: !GetAtt Things.Arn}}"),
            "Resources.Count.Properties.Events.It.Properties.Queue: \
             expected the Arn of an AWS::SQS::Queue, \
             found the Arn of Things, an AWS::DynamoDB::Table",
        ),
        (
            event("{Type: Schedule, Properties: {Schedule: cron(0 * * * ? *)}}"),
            "Resources.Count.Properties.Events.It.Properties.Schedule: \
             expected rate(…) of minutes, hours or days, found \"cron(0 * * * ? *)\"",
        ),
        (
            event("{Type: Schedule, Properties: {Schedule: rate(0 minutes)}}"),
            "Resources.Count.Properties.Events.It.Properties.Schedule: \
             expected rate(…) of minutes, hours or days, found \"rate(0 minutes)\"",
        ),
        (
            event("{Type: HttpApi, Properties: {ApiId: !Ref Api, Method: GET, Path: /}}"),
            "Resources.Count.Properties.Events.It.Properties.Method: expected ANY, found \"GET\"",
        ),
        (
            event("{Type: HttpApi, Properties: {ApiId: !Ref Api, Method: ANY}}"),
            "Resources.Count.Properties.Events.It.Properties.Path: missing",
        ),
        (
            event(
                "{Type: DynamoDB, Properties: \
                 {Stream: !GetAtt Things.StreamArn, StartingPosition: LATEST}}",
            ),
            "Resources.Count.Properties.Events.It.Properties.StartingPosition: \
             expected TRIM_HORIZON, found \"LATEST\"",
        ),
        (
            event(
                "{Type: DynamoDB, Properties: \
                 {Stream: !GetAtt Still.StreamArn, StartingPosition: TRIM_HORIZON}}",
            ),
            "Resources.Still.Properties.StreamSpecification: missing",
        ),
        (
            function("Environment: {Variables: {X: !Ref Nothing}}"),
            "Resources.Count.Properties.Environment.Variables.X: \
             no parameter or resource is called Nothing",
        ),
        (
            function("Environment: {Variables: {X: !GetAtt Jobs.Arn}}"),
            "Resources.Count.Properties.Environment.Variables.X: \
             expected text, the name of a table or the URL of a queue, \
             found the Arn of Jobs, an AWS::SQS::Queue",
        ),
        (
            function("Environment: {Variables: {X: !Sub \"https://${Api}/\"}}"),
            "Resources.Count.Properties.Environment.Variables.X: \
             the sandbox does not understand a text around ${Api}, a resource",
        ),
        (
            function("Environment: {Variables: {X: !Sub \"${Level\"}}"),
            "Resources.Count.Properties.Environment.Variables.X: \
             the sandbox does not understand a ${ without its }",
        ),
        (
            function("Environment: {Variables: {X: !Join [A, [B, C]]}}"),
            "Resources.Count.Properties.Environment.Variables.X: \
             the sandbox does not understand Fn::Join",
        ),
        (
            function("Timeout: soon"),
            "Resources.Count.Properties.Timeout: \
             expected a whole number in its range, found \"soon\"",
        ),
        (
            function("Timeout: -1"),
            "Resources.Count.Properties.Timeout: expected a whole number in its range, found -1",
        ),
        (
            function("ReservedConcurrentExecutions: 3"),
            "Resources.Count.Properties: \
             the sandbox does not understand ReservedConcurrentExecutions",
        ),
        (
            "Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}".to_owned(),
            "Resources.Jobs.Properties.QueueName: \
             expected a name that begins with ${AWS::StackName}-, found \"jobs\"",
        ),
        (
            "Jobs: {Type: AWS::SQS::Queue, Properties: \
             {QueueName: !Sub \"${AWS::StackName}-jobs\", FifoQueue: true}}"
                .to_owned(),
            "Resources.Jobs.Properties.QueueName: \
             expected a name that ends with .fifo, as FifoQueue says, found \"feirante-jobs\"",
        ),
        (
            format!(
                "{RESOURCES}\nAgain: {{Type: AWS::SQS::Queue, Properties: \
                 {{QueueName: !Sub \"${{AWS::StackName}}-jobs\"}}}}"
            ),
            "Resources.Again: jobs is there already",
        ),
    ];
    for (resources, expected) in cases {
        assert_eq!(refusal(&resources), expected);
    }
}

#[test]
fn sections_and_parameters_without_a_value_are_refused() {
    let refusal = |text: &str| read(text).map(|_| ()).unwrap_err().to_string();
    assert_eq!(
        refusal("Resources: {}\nMappings: {}"),
        "Mappings: the sandbox does not understand Mappings"
    );
    assert_eq!(
        refusal("Parameters: {Owner: {Type: String}}\nResources: {}"),
        "Parameters.Owner.Default: missing"
    );
    assert!(refusal("a: [").starts_with("not valid YAML: "));
    assert_eq!(
        refusal("- a"),
        "template: expected a map of names, found something else"
    );
}
