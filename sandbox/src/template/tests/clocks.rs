//! What becomes of calls that nobody waits for and that come to nothing.

use super::super::{Source, TEMPLATE, read};
use super::resources::{FUNCTION, Resources, called, each, written};

/// Seconds between two of a clock's calls.
const TICK: i64 = 60;

#[test]
fn a_clock_s_call_that_fails_is_kept_whoever_gave_it_up() {
    let resources = Resources::read();
    let mut clocks = 0;
    for (id, function) in resources.of_type(FUNCTION) {
        let properties = &function["Properties"];
        let events = properties["Events"].as_mapping().into_iter().flatten();
        let scheduled = events.filter(|(_, event)| event["Type"] == "Schedule");
        for (event, schedule) in scheduled {
            clocks += 1;
            // By EventBridge, which could not hand it over.
            let letters = &schedule["Properties"]["DeadLetterConfig"]["Arn"];
            assert_eq!(called(letters, "GetAtt"), Some("ClockFailures.Arn"), "{id}");
            let rule = format!("{id}{}.Arn", event.as_str().unwrap());
            assert!(may_send(&resources, &rule), "{rule}");
            // By Lambda, which has repeated it; with the function's role.
            let destination = &properties["EventInvokeConfig"]["DestinationConfig"];
            let expected =
                written("OnFailure: {Type: SQS, Destination: !GetAtt ClockFailures.Arn}");
            assert_eq!(*destination, expected, "{id}");
            assert!(role_may_send(&resources, id), "{id}");
            // Neither keeps calls for so long that many come at once.
            for kept in [
                &schedule["Properties"]["RetryPolicy"]["MaximumEventAgeInSeconds"],
                &properties["EventInvokeConfig"]["MaximumEventAgeInSeconds"],
            ] {
                let kept = kept.as_i64().unwrap();
                assert!((TICK..=10 * TICK).contains(&kept), "{id}");
            }
        }
    }
    let stack = read(TEMPLATE).unwrap();
    let sources = stack.functions.values().flat_map(|one| &one.sources);
    let read = sources.filter(|source| matches!(source, Source::Schedule { .. }));
    assert_eq!(clocks, read.count());
}

/// Whether the queue lets this rule of EventBridge send to it.
fn may_send(resources: &Resources, rule: &str) -> bool {
    let policy = &resources.0["ClockFailuresPolicy"]["Properties"];
    assert_eq!(policy["Queues"], written("[!Ref ClockFailures]"));
    let statement = &policy["PolicyDocument"]["Statement"][0];
    assert_eq!(statement["Principal"]["Service"], "events.amazonaws.com");
    let rules = &statement["Condition"]["ArnEquals"]["aws:SourceArn"];
    each(rules)
        .iter()
        .any(|one| called(one, "GetAtt") == Some(rule))
}

fn role_may_send(resources: &Resources, function: &str) -> bool {
    let role = &resources.0[format!("{function}Role").as_str()]["Properties"];
    let statements = &role["Policies"][0]["PolicyDocument"]["Statement"];
    statements.as_sequence().unwrap().iter().any(|statement| {
        each(&statement["Action"]).contains(&&"sqs:SendMessage".into())
            && each(&statement["Resource"])
                .iter()
                .any(|one| called(one, "GetAtt") == Some("ClockFailures.Arn"))
    })
}

/// What is called by no event of the template has nobody to tell but its own log and alarms; there is one.
#[test]
fn one_function_is_called_by_no_event() {
    let resources = Resources::read();
    let uncalled = resources
        .of_type(FUNCTION)
        .filter(|(_, function)| function["Properties"]["Events"].is_null());
    let uncalled: Vec<&str> = uncalled.map(|(id, _)| id).collect();
    assert_eq!(uncalled, ["CheckDeployment"]);
}
