//! What the reader makes of a template.

use std::time::Duration;

use serde_json::json;

use super::super::resource_type::WITHOUT_COUNTERPART;
use super::super::{Redrive, Route, Source, Stack, Value};
use super::samples::{event, events, function, stack};

#[test]
fn a_function_is_called_like_its_crate_and_takes_what_globals_give() {
    let stack = stack(&function(
        "Timeout: !Ref Seconds, Environment: {Variables: {OWN: 1}}",
    ));
    let function = &stack.functions["count-things"];
    assert_eq!(function.name, "count-things");
    assert_eq!(function.memory, 256);
    assert_eq!(function.timeout, Duration::from_secs(7));
    assert_eq!(function.environment["LEVEL"], Value::Text("info".into()));
    assert_eq!(function.environment["OWN"], Value::Text("1".into()));
}

#[test]
fn a_function_overrides_what_globals_give() {
    let stack = stack(&function(
        "MemorySize: 512, Environment: {Variables: {LEVEL: debug}}",
    ));
    let function = &stack.functions["count-things"];
    assert_eq!(function.memory, 512);
    assert_eq!(function.environment["LEVEL"], Value::Text("debug".into()));
}

#[test]
fn a_binary_named_for_the_build_names_the_function() {
    let stack = stack(
        "Count:\n  Type: AWS::Serverless::Function\n  \
         Metadata: {BuildMethod: rust-cargolambda, BuildProperties: {Binary: count}}\n  \
         Properties: {CodeUri: ., Events: {Clock: {Type: Schedule, Properties: {Schedule: rate(1 day)}}}}",
    );
    assert_eq!(stack.functions["count"].name, "count");
}

/// How it is deployed, watched and rolled out.
#[test]
fn what_has_no_counterpart_on_one_machine_changes_nothing() {
    let clock = |more: &str| {
        event(&format!(
            "{{Type: Schedule, Properties: {{Schedule: rate(1 minute), {more}}}}}"
        ))
    };
    let retried = "Name: x, Description: y, RetryPolicy: {MaximumRetryAttempts: 3}, \
         DeadLetterConfig: {Arn: !GetAtt Jobs.Arn}";
    assert_eq!(stack(&clock(retried)), stack(&clock("")));
    let rolled_out = "Timeout: 3, Tracing: Active, AutoPublishAlias: live, \
         AutoPublishAliasAllProperties: true, VersionDescription: x, \
         DeploymentPreference: {Type: AllAtOnce}, EventInvokeConfig: {MaximumRetryAttempts: 1}";
    assert_eq!(stack(&function(rolled_out)), stack(&function("Timeout: 3")));
    for resource_type in WITHOUT_COUNTERPART {
        let stack = stack(&format!("It: {{Type: {resource_type}}}"));
        assert_eq!(stack, Stack::default(), "{resource_type}");
    }
}

#[test]
fn short_and_long_forms_of_intrinsics_are_the_same() {
    let short = "A: !Ref Things, B: !Ref Jobs, C: !GetAtt Jobs.QueueUrl, D: !Sub \"${Level}-x\"";
    let long = "A: {Ref: Things}, B: {Ref: Jobs}, C: {Fn::GetAtt: [Jobs, QueueUrl]}, \
                D: {Fn::Sub: \"${Level}-x\"}";
    let [short, long] = [short, long].map(|variables| {
        stack(&function(&format!(
            "Environment: {{Variables: {{{variables}}}}}"
        )))
    });
    assert_eq!(short, long);
    let environment = &short.functions["count-things"].environment;
    assert_eq!(environment["A"], Value::TableName("Things".into()));
    assert_eq!(environment["B"], Value::QueueUrl("Jobs".into()));
    assert_eq!(environment["C"], Value::QueueUrl("Jobs".into()));
    assert_eq!(environment["D"], Value::Text("info-x".into()));
}

#[test]
fn a_substitution_keeps_literals_and_can_be_a_whole_reference() {
    let stack = stack(&function(
        "Environment: {Variables: {A: !Sub \"${!Level} in ${AWS::Region}\", B: !Sub \"${Things}\"}}",
    ));
    let environment = &stack.functions["count-things"].environment;
    assert_eq!(
        environment["A"],
        Value::Text("${Level} in us-east-1".into())
    );
    assert_eq!(environment["B"], Value::TableName("Things".into()));
}

#[test]
fn a_queue_source_is_read_whole() {
    let stack = stack(&event(
        "{Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 4, \
         MaximumBatchingWindowInSeconds: 2, ScalingConfig: {MaximumConcurrency: 3}, \
         FunctionResponseTypes: [ReportBatchItemFailures]}}",
    ));
    let expected = Source::Queue {
        queue: "Jobs".into(),
        batch_size: 4,
        window: Duration::from_secs(2),
        maximum_concurrency: Some(3),
        reports_failures: true,
    };
    assert_eq!(stack.functions["count-things"].sources, [expected]);
}

#[test]
fn a_stream_source_is_read_whole() {
    let stack = stack(&event(
        "{Type: DynamoDB, Properties: {Stream: !GetAtt Things.StreamArn, BatchSize: 5, \
         StartingPosition: TRIM_HORIZON, BisectBatchOnFunctionError: true, \
         MaximumRetryAttempts: 9, MaximumRecordAgeInSeconds: 60, \
         DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Jobs.Arn}}, \
         FunctionResponseTypes: [ReportBatchItemFailures]}}",
    ));
    let expected = Source::Stream {
        table: "Things".into(),
        batch_size: 5,
        bisect: true,
        maximum_retries: Some(9),
        maximum_age: Some(Duration::from_secs(60)),
        on_failure: Some("Jobs".into()),
        reports_failures: true,
    };
    assert_eq!(stack.functions["count-things"].sources, [expected]);
}

#[test]
fn what_a_source_leaves_out_is_what_lambda_takes() {
    let queue = stack(&event("{Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}"));
    let expected = Source::Queue {
        queue: "Jobs".into(),
        batch_size: 10,
        window: Duration::ZERO,
        maximum_concurrency: None,
        reports_failures: false,
    };
    assert_eq!(queue.functions["count-things"].sources, [expected]);

    let stream = stack(&event(
        "{Type: DynamoDB, Properties: {Stream: !GetAtt Things.StreamArn, \
         StartingPosition: TRIM_HORIZON, MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1}}",
    ));
    let expected = Source::Stream {
        table: "Things".into(),
        batch_size: 100,
        bisect: false,
        maximum_retries: None,
        maximum_age: None,
        on_failure: None,
        reports_failures: false,
    };
    assert_eq!(stream.functions["count-things"].sources, [expected]);
}

#[test]
fn a_function_has_as_many_sources_as_its_events() {
    let stack = stack(&events(
        "A: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}, \
         B: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}, \
         C: {Type: DynamoDB, Properties: {Stream: !GetAtt Things.StreamArn, StartingPosition: TRIM_HORIZON}}, \
         D: {Type: DynamoDB, Properties: {Stream: !GetAtt Others.StreamArn, StartingPosition: TRIM_HORIZON}}",
    ));
    let sources = &stack.functions["count-things"].sources;
    assert!(
        matches!(
            &sources[..],
            [
                Source::Queue { queue, .. },
                Source::Schedule { .. },
                Source::Stream { table: first, .. },
                Source::Stream { table: second, .. },
            ] if queue == "Jobs" && first == "Things" && second == "Others"
        ),
        "{sources:?}"
    );
}

#[test]
fn schedules_are_rates() {
    for (rate, seconds) in [
        ("1 minute", 60),
        ("5 minutes", 300),
        ("2 hours", 7200),
        ("1 day", 86400),
    ] {
        let stack = stack(&event(&format!(
            "{{Type: Schedule, Properties: {{Schedule: rate({rate})}}}}"
        )));
        let expected = Source::Schedule {
            every: Duration::from_secs(seconds),
        };
        assert_eq!(stack.functions["count-things"].sources, [expected]);
    }
}

#[test]
fn routes_keep_the_order_of_the_template() {
    let stack = stack(&events(
        "B: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: ANY, Path: \"/b\"}}, \
         A: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: ANY, Path: \"/a/{id}\"}}, \
         Rest: {Type: HttpApi, Properties: {ApiId: !Ref Api}}",
    ));
    let route = |key: &str| Route {
        key: key.into(),
        function: "count-things".into(),
    };
    assert_eq!(
        stack.routes,
        [route("ANY /b"), route("ANY /a/{id}"), route("$default")]
    );
}

#[test]
fn queues_and_tables_are_found_by_id_and_by_name() {
    let stack = stack(
        "Jobs:\n  Type: AWS::SQS::Queue\n  Properties:\n    \
         QueueName: !Sub \"${AWS::StackName}-jobs.fifo\"\n    FifoQueue: true\n    \
         ContentBasedDeduplication: true\n    DelaySeconds: 1\n    VisibilityTimeout: !Ref Seconds\n    \
         MessageRetentionPeriod: 120\n    \
         RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}\n\
         Dead:\n  Type: AWS::SQS::Queue\n  Properties: \
         {QueueName: !Sub \"${AWS::StackName}-dead.fifo\", FifoQueue: true}",
    );
    let jobs = stack.queue("Jobs").unwrap();
    assert_eq!(stack.queue_named("jobs.fifo"), Some(jobs));
    assert!(jobs.content_based_deduplication);
    assert_eq!(jobs.delay, Duration::from_secs(1));
    assert_eq!(jobs.visibility, Duration::from_secs(7));
    assert_eq!(jobs.retention, Duration::from_secs(120));
    assert_eq!(
        jobs.redrive,
        Some(Redrive {
            target: "Dead".into(),
            maximum_receives: 5
        })
    );
    let dead = stack.dead_letters(jobs).unwrap();
    assert_eq!(dead.name, "dead.fifo");
    assert_eq!(dead.visibility, Duration::from_secs(30));
    assert_eq!(dead.retention, Duration::from_secs(345_600));
}

#[test]
fn a_table_becomes_the_call_that_creates_it() {
    let stack = stack(
        "Things:\n  Type: AWS::DynamoDB::Table\n  DeletionPolicy: Retain\n  Properties:\n    \
         TableName: !Sub \"${AWS::StackName}-things\"\n    BillingMode: PAY_PER_REQUEST\n    \
         AttributeDefinitions: [{AttributeName: id, AttributeType: S}]\n    \
         KeySchema: [{AttributeName: id, KeyType: HASH}]\n    \
         StreamSpecification: {StreamViewType: NEW_IMAGE}\n    \
         TimeToLiveSpecification: {AttributeName: until, Enabled: true}\n    \
         PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}\n    \
         SSESpecification: {SSEEnabled: true}\n    DeletionProtectionEnabled: true",
    );
    let things = stack.table("Things").unwrap();
    assert_eq!(stack.table_named("things"), Some(things));
    assert!(things.streamed);
    assert_eq!(things.ttl_attribute.as_deref(), Some("until"));
    assert_eq!(
        things.definition,
        json!({
            "TableName": "things",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
        })
    );
}
