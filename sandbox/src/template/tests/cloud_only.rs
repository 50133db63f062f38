//! What must hold of the parts of the template that mean nothing on one machine: builds, logs and the
//! care of data.

use super::resources::{FUNCTION, QUEUE, Resources, TABLE, called};

#[test]
fn every_function_is_built_by_cargo_lambda_and_logs_with_a_retention() {
    let resources = Resources::read();
    for (id, function) in resources.of_type(FUNCTION) {
        assert_eq!(
            function["Metadata"]["BuildMethod"], "rust-cargolambda",
            "{id}"
        );
        let log_group = called(&function["Properties"]["LoggingConfig"]["LogGroup"], "Ref");
        let log_group = &resources.0[log_group.unwrap()];
        assert_eq!(log_group["Type"], "AWS::Logs::LogGroup", "{id}");
        let retention = called(&log_group["Properties"]["RetentionInDays"], "Ref");
        assert_eq!(retention, Some("LogRetentionDays"), "{id}");
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
        let kept = [&table["DeletionPolicy"], &table["UpdateReplacePolicy"]];
        if id == "Accounts" {
            assert_eq!(kept, ["Delete", "Delete"]);
            assert!(recovery.is_null());
        } else {
            assert_eq!(kept, ["RetainExceptOnCreate", "Retain"], "{id}");
            assert_eq!(recovery["PointInTimeRecoveryEnabled"], true, "{id}");
        }
        assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST", "{id}");
    }
}

#[test]
fn data_is_encrypted_at_rest() {
    let resources = Resources::read();
    for (id, table) in resources.of_type(TABLE) {
        assert_eq!(
            table["Properties"]["SSESpecification"]["SSEEnabled"], true,
            "{id}"
        );
    }
    for (id, queue) in resources.of_type(QUEUE) {
        assert_eq!(queue["Properties"]["SqsManagedSseEnabled"], true, "{id}");
    }
}
