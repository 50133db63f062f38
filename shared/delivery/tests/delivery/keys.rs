//! Keys in the parameter store.

use aws_sdk_ssm::Client;
use aws_sdk_ssm::operation::get_parameter::{GetParameterError, GetParameterOutput};
use aws_sdk_ssm::types::Parameter;
use aws_sdk_ssm::types::error::ParameterNotFound;
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use feirante_delivery::Parameters;
use feirante_seller::settings::{Outbound, Settings};

use crate::account::{Account, delivered, held, waits};
use crate::marketplace::Reply;
use crate::world::World;

fn in_parameter(settings: &mut Settings) {
    let name = "/feirante/mkt1".to_owned();
    settings.marketplaces[0].outbound = Some(Outbound::Parameter(name));
}

fn holds(token: &'static str) -> impl Fn() -> GetParameterOutput {
    move || {
        let value = format!(r#"{{"appKey":"key","appToken":"{token}"}}"#);
        let parameter = Parameter::builder().value(value).build();
        GetParameterOutput::builder().parameter(parameter).build()
    }
}

fn tokens(world: &World) -> Vec<String> {
    let asked = world.marketplace.asked("mkt1");
    asked.into_iter().map(|asked| asked.token).collect()
}

#[tokio::test]
async fn a_request_carries_the_key_of_the_parameter() {
    let world = World::with(in_parameter).await;
    let rule = mock!(Client::get_parameter)
        .match_requests(|input| {
            input.name() == Some("/feirante/mkt1") && input.with_decryption() == Some(true)
        })
        .then_output(holds("of-the-store"));
    let client = mock_client!(aws_sdk_ssm, RuleMode::MatchAny, [&rule]);
    let process = world.process_with(Parameters::of(client)).await;
    let account = Account::of(&process, "mkt1").await;
    delivered(account.try_at(&account.cancel(), 0).await);
    delivered(account.try_at(&account.cancel(), 0).await);
    assert_eq!(
        (tokens(&world), rule.num_calls()),
        (vec!["of-the-store".to_owned(); 2], 1)
    );
}

#[tokio::test]
async fn without_its_key_a_request_waits() {
    let world = World::with(in_parameter).await;
    let rule = mock!(Client::get_parameter)
        .then_error(|| GetParameterError::ParameterNotFound(ParameterNotFound::builder().build()));
    let client = mock_client!(aws_sdk_ssm, RuleMode::MatchAny, [&rule]);
    let process = world.process_with(Parameters::of(client)).await;
    let account = Account::of(&process, "mkt1").await;
    let until = held(account.try_at(&account.cancel(), 0).await);
    assert!((60_000..=120_000).contains(&until), "{until}");
    assert!(world.marketplace.asked("mkt1").is_empty());
}

#[tokio::test]
async fn a_key_that_was_replaced_costs_no_message() {
    let world = World::with(in_parameter).await;
    let rule = mock!(Client::get_parameter)
        .sequence()
        .output(holds("old"))
        .output(holds("new"))
        .build();
    let client = mock_client!(aws_sdk_ssm, RuleMode::MatchAny, [&rule]);
    let process = world.process_with(Parameters::of(client)).await;
    let account = Account::of(&process, "mkt1").await;
    delivered(account.try_at(&account.cancel(), 0).await);
    // Parameters are not read more often than every ten seconds.
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(10)).await;
    tokio::time::resume();
    world.marketplace.answer("mkt1", [Reply::of(403)]);
    let (until, attempts) = waits(account.try_at(&account.price(), 0).await);
    assert_eq!(
        (attempts.count, attempts.last.as_ref().unwrap().status),
        (1, Some(403))
    );
    assert!(until < 15_000, "the catalog is paused: {until}");
    delivered(account.try_at(&account.price(), until).await);
    assert_eq!(tokens(&world), ["old", "old", "new"]);
}
