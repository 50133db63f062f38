//! What must hold of the parts of the template that mean nothing on one machine: builds, logs and the
//! care of data.

use std::collections::BTreeSet;

use super::resources::{FUNCTION, LOG_GROUP, QUEUE, Resources, TABLE, called, document, written};

#[test]
fn every_function_is_built_by_cargo_lambda_and_has_logs_of_its_own() {
    let resources = Resources::read();
    let mut groups = BTreeSet::new();
    for (id, function) in resources.of_type(FUNCTION) {
        assert_eq!(
            function["Metadata"]["BuildMethod"], "rust-cargolambda",
            "{id}"
        );
        let properties = &function["Properties"];
        let group = called(&properties["LoggingConfig"]["LogGroup"], "Ref").unwrap();
        assert!(groups.insert(group), "{id}");
        // As Lambda would call it, so that everybody finds it.
        let name = &resources.0[group]["Properties"]["LogGroupName"];
        let function = called(&properties["FunctionName"], "Sub").unwrap();
        assert_eq!(
            called(name, "Sub"),
            Some(format!("/aws/lambda/{function}").as_str())
        );
    }
    groups.insert("AccessLogs");
    let written: BTreeSet<&str> = resources.of_type(LOG_GROUP).map(|(id, _)| id).collect();
    assert_eq!(groups, written);
}

#[test]
fn logs_end_and_are_encrypted_with_the_sellers_key_if_there_is_one() {
    let resources = Resources::read();
    let key = written("!If [WithOwnKey, !Ref CustomerKeyArn, !Ref AWS::NoValue]");
    for (id, group) in resources.of_type(LOG_GROUP) {
        let properties = &group["Properties"];
        let retention = called(&properties["RetentionInDays"], "Ref");
        assert_eq!(retention, Some("LogRetentionDays"), "{id}");
        assert_eq!(properties["KmsKeyId"], key, "{id}");
    }
}

#[test]
fn access_logs_never_have_the_path() {
    let resources = Resources::read();
    let format = &resources.0["Api"]["Properties"]["AccessLogSettings"]["Format"];
    let format: serde_json::Value = serde_json::from_str(format.as_str().unwrap()).unwrap();
    let logged: Vec<&str> = format
        .as_object()
        .unwrap()
        .values()
        .filter_map(|v| v.as_str())
        .collect();
    assert!(logged.contains(&"$context.routeKey"));
    assert!(logged.contains(&"$context.status"));
    for variable in logged {
        assert!(!variable.to_lowercase().contains("path"), "{variable}");
    }
}

/// All but Accounts, which the next calls fill again.
#[test]
fn tables_that_can_t_be_filled_again_survive_the_stack_and_can_be_restored() {
    let resources = Resources::read();
    for (id, table) in resources.of_type(TABLE) {
        let properties = &table["Properties"];
        let recovery = &properties["PointInTimeRecoverySpecification"];
        let protection = &properties["DeletionProtectionEnabled"];
        let kept = [&table["DeletionPolicy"], &table["UpdateReplacePolicy"]];
        if id == "Accounts" {
            assert_eq!(kept, ["Delete", "Delete"]);
            assert!(recovery.is_null() && protection.is_null());
        } else {
            assert_eq!(kept, ["RetainExceptOnCreate", "Retain"], "{id}");
            assert_eq!(recovery["PointInTimeRecoveryEnabled"], true, "{id}");
            assert_eq!(called(protection, "Ref"), Some("ProtectTables"), "{id}");
        }
        assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST", "{id}");
    }
}

/// With AWS's keys, or with the seller's own if there is one.
#[test]
fn data_is_encrypted_at_rest() {
    let resources = Resources::read();
    let encryption = written(
        "!If [WithOwnKey, {SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: !Ref CustomerKeyArn}, \
         {SSEEnabled: true}]",
    );
    for (id, table) in resources.of_type(TABLE) {
        assert_eq!(table["Properties"]["SSESpecification"], encryption, "{id}");
    }
    // A queue has the one or the other.
    let managed = written("!If [WithOwnKey, !Ref AWS::NoValue, true]");
    let key = written("!If [WithOwnKey, !Ref CustomerKeyArn, !Ref AWS::NoValue]");
    for (id, queue) in resources.of_type(QUEUE) {
        assert_eq!(queue["Properties"]["SqsManagedSseEnabled"], managed, "{id}");
        assert_eq!(queue["Properties"]["KmsMasterKeyId"], key, "{id}");
    }
}

/// What a flood may cost is the seller's to say; what is no route is worth little.
#[test]
fn the_api_takes_so_many_calls_and_no_more() {
    let resources = Resources::read();
    let api = &resources.0["Api"]["Properties"];
    let limits = written(
        "{ThrottlingRateLimit: !Ref RequestsPerSecond, ThrottlingBurstLimit: !Ref RequestBurst}",
    );
    assert_eq!(api["DefaultRouteSettings"], limits);
    let unrouted = &api["RouteSettings"]["$default"];
    for limit in ["ThrottlingRateLimit", "ThrottlingBurstLimit"] {
        assert!(unrouted[limit].as_i64().is_some_and(|limit| limit <= 20));
    }
    assert_eq!(api["FailOnWarnings"], true);
}

/// Nothing is left to what Lambda takes for granted.
#[test]
fn every_function_says_how_long_and_how_many() {
    let resources = Resources::read();
    let globals = &document()["Globals"]["Function"];
    assert_eq!(globals["Runtime"], "provided.al2023");
    assert_eq!(globals["Handler"], "bootstrap");
    assert!(globals["MemorySize"].is_u64());
    for (id, function) in resources.of_type(FUNCTION) {
        let properties = &function["Properties"];
        assert!(properties["Timeout"].is_u64(), "{id}");
        assert!(properties["Description"].is_string(), "{id}");
        // A flood of messages leaves room for shoppers.
        let events = properties["Events"].as_mapping().into_iter();
        for event in events.flat_map(|events| events.values()) {
            if event["Type"] == "SQS" {
                let most = &event["Properties"]["ScalingConfig"]["MaximumConcurrency"];
                assert!(most.as_u64().is_some_and(|most| most <= 5), "{id}");
            }
        }
    }
}

/// A trust store at one door, and none at the other, would keep nobody out.
#[test]
fn the_api_s_own_address_is_closed_where_callers_need_a_certificate() {
    let resources = Resources::read();
    let servers = written(
        "!If [WithDomain, [{url: !Sub \"https://${DomainName}\", \
         x-amazon-apigateway-endpoint-configuration: \
         {disableExecuteApiEndpoint: !If [WithMutualTls, true, false]}}], !Ref AWS::NoValue]",
    );
    let api = &resources.0["Api"]["Properties"];
    assert_eq!(api["DefinitionBody"]["servers"], servers);
    // It would leave out the URL, of which API Gateway warns; and warnings fail.
    assert!(api["DisableExecuteApiEndpoint"].is_null());
    let domain = &resources.0["Domain"]["Properties"];
    let mutual =
        written("!If [WithMutualTls, {TruststoreUri: !Ref TruststoreUri}, !Ref AWS::NoValue]");
    assert_eq!(domain["MutualTlsAuthentication"], mutual);
    let policy = &domain["DomainNameConfigurations"][0]["SecurityPolicy"];
    assert_eq!(policy, "TLS_1_2");
    let mapping = written("{ApiId: !Ref Api, DomainName: !Ref Domain, Stage: !Ref Api.Stage}");
    assert_eq!(resources.0["DomainMapping"]["Properties"], mapping);
}
