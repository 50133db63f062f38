//! When a parameter is read, and what stands in for it. The clock is paused.

use aws_sdk_ssm::operation::get_parameter::{GetParameterError, GetParameterOutput};
use aws_sdk_ssm::types::Parameter;
use aws_sdk_ssm::types::error::ParameterNotFound;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};

use super::*;

const NAME: &str = "/feirante/mkt1";

/// What the store answers.
enum Reply {
    Holds(&'static str),
    Fails,
    Lacks,
}

fn store(replies: Vec<Reply>) -> (Parameters, Rule) {
    let mut sequence = mock!(Client::get_parameter).sequence();
    for reply in replies {
        sequence = match reply {
            Reply::Holds(value) => sequence.output(move || {
                let parameter = Parameter::builder().value(value).build();
                GetParameterOutput::builder().parameter(parameter).build()
            }),
            Reply::Fails => sequence.http_status(400, Some(denied())),
            Reply::Lacks => sequence.error(|| {
                GetParameterError::ParameterNotFound(ParameterNotFound::builder().build())
            }),
        };
    }
    let rule = sequence.build();
    let client = mock_client!(aws_sdk_ssm, RuleMode::MatchAny, [&rule]);
    (Parameters::of(client), rule)
}

fn denied() -> String {
    r#"{"__type":"AccessDeniedException","message":"no"}"#.to_owned()
}

fn keys(token: &str) -> Keys {
    Keys::new("key", &Secret::new(token))
}

const FIRST: &str = r#"{"appKey":"key","appToken":"first"}"#;
const SECOND: &str = r#"{"appKey":"key","appToken":"second"}"#;

async fn after(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_parameter_is_read_every_five_minutes() {
    let (parameters, rule) = store(vec![Reply::Holds(FIRST), Reply::Holds(SECOND)]);
    assert_eq!(parameters.get(NAME).await, Ok(keys("first")));
    after(299).await;
    assert_eq!(parameters.get(NAME).await, Ok(keys("first")));
    assert_eq!(rule.num_calls(), 1);
    after(1).await;
    assert_eq!(parameters.get(NAME).await, Ok(keys("second")));
    assert_eq!(rule.num_calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_was_read_stays_while_the_store_fails() {
    let (parameters, rule) = store(vec![
        Reply::Holds(FIRST),
        Reply::Fails,
        Reply::Holds(SECOND),
    ]);
    parameters.get(NAME).await.unwrap();
    after(300).await;
    assert_eq!(parameters.get(NAME).await, Ok(keys("first")));
    after(9).await;
    assert_eq!(parameters.get(NAME).await, Ok(keys("first")));
    assert_eq!(rule.num_calls(), 2);
    after(1).await;
    assert_eq!(parameters.get(NAME).await, Ok(keys("second")));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_told_and_looked_for_every_ten_seconds() {
    let (parameters, rule) = store(vec![Reply::Lacks, Reply::Fails, Reply::Holds(FIRST)]);
    let told = "the credentials in parameter /feirante/mkt1 can't be read: there is none";
    for _ in 0..3 {
        assert_eq!(parameters.get(NAME).await, Err(told.to_owned()));
    }
    assert_eq!(rule.num_calls(), 1);
    after(10).await;
    let denied = parameters.get(NAME).await.unwrap_err();
    assert!(denied.contains("AccessDenied"), "{denied}");
    after(10).await;
    assert_eq!(parameters.get(NAME).await, Ok(keys("first")));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_pair_of_keys_is_told_without_being_shown() {
    for value in [
        "",
        "t0ken",
        r#"{"appKey":"t0ken"}"#,
        r#"{"appKey":1,"appToken":"t0ken"}"#,
    ] {
        let (parameters, _) = store(vec![Reply::Holds(value)]);
        let told = parameters.get(NAME).await.unwrap_err();
        assert!(
            told.ends_with(r#"it is not JSON like {"appKey":"…","appToken":"…"}"#),
            "{told}"
        );
        assert!(!told.contains("t0ken"), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn refused_keys_are_read_again_at_once_but_not_all_the_time() {
    let (parameters, rule) = store(vec![
        Reply::Holds(FIRST),
        Reply::Holds(SECOND),
        Reply::Fails,
    ]);
    parameters.get(NAME).await.unwrap();
    // Read a moment ago: they are what is there.
    assert_eq!(parameters.renewed(NAME).await, (Ok(keys("first")), true));
    assert_eq!(rule.num_calls(), 1);
    after(10).await;
    assert_eq!(parameters.renewed(NAME).await, (Ok(keys("second")), true));
    after(10).await;
    assert_eq!(parameters.renewed(NAME).await, (Ok(keys("second")), false));
    assert_eq!(rule.num_calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn those_who_need_a_key_at_once_read_it_once() {
    let (parameters, rule) = store(vec![Reply::Holds(FIRST)]);
    let all = futures::future::join_all((0..10).map(|_| parameters.get(NAME))).await;
    assert!(all.iter().all(|read| *read == Ok(keys("first"))), "{all:?}");
    assert_eq!(rule.num_calls(), 1);
}
