//! CodeDeploy always hears of it, once.

use std::time::Duration;

use aws_sdk_codedeploy::operation::put_lifecycle_event_hook_execution_status::{
    PutLifecycleEventHookExecutionStatusError as PutError,
    PutLifecycleEventHookExecutionStatusOutput as PutOutput,
};
use aws_sdk_codedeploy::types::error::{
    InvalidLifecycleEventHookExecutionIdException, LifecycleEventAlreadyCompletedException,
};
use aws_smithy_mocks::{Rule, mock};
use feirante_lambda::Deadline;

use super::world::{Setup, World, hook};
use crate::Verdict;

/// A world whose CodeDeploy answers by `rule`.
fn told_by(rule: &Rule) -> World {
    let setup = Setup {
        codedeploy: Some(rule.clone()),
        ..Setup::new()
    };
    setup.build()
}

#[tokio::test(start_paused = true)]
async fn the_answer_names_the_hook_of_the_event() {
    let (world, _) = Setup::new().verdict().await;
    let hook = hook();
    let expected = [
        hook.deployment_id,
        hook.lifecycle_event_hook_execution_id,
        "Succeeded".to_owned(),
    ];
    assert_eq!(*world.told.lock().unwrap(), [expected]);
}

#[tokio::test(start_paused = true)]
async fn what_codedeploy_did_not_take_is_told_again_until_it_does() {
    let rule = mock!(aws_sdk_codedeploy::Client::put_lifecycle_event_hook_execution_status)
        .sequence()
        .http_status(500, None)
        .times(2)
        .http_status(503, None)
        .output(|| PutOutput::builder().build())
        .build();
    assert_eq!(told_by(&rule).answer().await, Ok(Verdict::Succeeded));
    assert_eq!(rule.num_calls(), 4);
}

#[tokio::test(start_paused = true)]
async fn what_was_told_before_its_answer_got_lost_is_told() {
    let rule = mock!(aws_sdk_codedeploy::Client::put_lifecycle_event_hook_execution_status)
        .then_error(|| {
            let completed = LifecycleEventAlreadyCompletedException::builder().build();
            PutError::LifecycleEventAlreadyCompletedException(completed)
        });
    assert_eq!(told_by(&rule).answer().await, Ok(Verdict::Succeeded));
    assert_eq!(rule.num_calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_can_t_be_told_is_an_error_of_the_function() {
    let down = mock!(aws_sdk_codedeploy::Client::put_lifecycle_event_hook_execution_status)
        .sequence()
        .http_status(500, None)
        .repeatedly()
        .build();
    assert!(told_by(&down).answer().await.is_err());
    assert_eq!(down.num_calls(), 5);

    let unknown = mock!(aws_sdk_codedeploy::Client::put_lifecycle_event_hook_execution_status)
        .then_error(|| {
            let unknown = InvalidLifecycleEventHookExecutionIdException::builder().build();
            PutError::InvalidLifecycleEventHookExecutionIdException(unknown)
        });
    assert!(told_by(&unknown).answer().await.is_err());
    assert_eq!(unknown.num_calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_would_take_too_long_is_cut_off_in_time_to_tell() {
    let hour = Duration::from_secs(3600);
    let setup = Setup {
        delays: vec![hour; 10],
        ..Setup::new()
    };
    let world = setup.build();
    let started = tokio::time::Instant::now();
    let deadline = Deadline::after(Duration::from_secs(27));
    let verdict = Box::pin(world.function.answer(&hook(), deadline)).await;
    assert_eq!(verdict, Ok(Verdict::Failed));
    assert_eq!(world.statuses(), ["Failed"]);
    assert_eq!(started.elapsed().as_secs(), 2);
}
