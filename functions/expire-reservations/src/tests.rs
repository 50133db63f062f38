//! What a run does when something fails, and when it has no time. The clock is paused.
//!
//! What it releases and counts when all is well is tested with the whole system.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::{QueryError, QueryOutput};
use aws_sdk_dynamodb::types::{AttributeValue, Select};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};

use super::*;

/// Parts of the index, each of which is listed and counted by itself.
const PARTS: u32 = 4;

/// Longer than everything takes here.
const LONG: Duration = Duration::from_secs(600);

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// So many orders of a part of the index, and that there are more.
fn listed(part: &str, orders: usize, has_more: bool) -> QueryOutput {
    let item = |number: usize| [("pk".to_owned(), text(&format!("ORDER#{part}-{number}")))].into();
    let page = QueryOutput::builder().set_items(Some((0..orders).map(item).collect()));
    if has_more {
        page.last_evaluated_key("pk", text("the last of them"))
            .build()
    } else {
        page.build()
    }
}

/// Each part lists a page of 100 orders, and one more behind it.
fn lists() -> [Rule; 2] {
    let lists = |first: bool| {
        mock!(Client::query).match_requests(move |query| {
            query.select().is_none() && query.exclusive_start_key().is_none() == first
        })
    };
    [
        lists(true).then_output(|| listed("first", 100, true)),
        lists(false).then_output(|| listed("behind", 1, false)),
    ]
}

fn lists_fail() -> Rule {
    mock!(Client::query)
        .match_requests(|query| query.select().is_none())
        .then_error(|| QueryError::unhandled("down"))
}

/// Each part counts so many.
fn counts(count: i32) -> Rule {
    mock!(Client::query)
        .match_requests(|query| query.select() == Some(&Select::Count))
        .then_output(move || QueryOutput::builder().count(count).build())
}

fn counts_fail() -> Rule {
    mock!(Client::query)
        .match_requests(|query| query.select() == Some(&Select::Count))
        .then_error(|| QueryError::unhandled("down"))
}

/// Orders that can't be read, whichever is asked for.
fn broken() -> Rule {
    mock!(Client::get_item).then_output(|| {
        let item = GetItemOutput::builder().item("pk", text("ORDER#broken"));
        item.item("version", text("none")).build()
    })
}

/// What a run comes to that ends in `time`.
async fn run_of(rules: &[&Rule], time: Duration) -> Summary {
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, rules);
    let function = ExpireReservations {
        offers: Offers::new(client.clone(), "offers"),
        orders: Orders::new(client, "orders"),
        invoice_within: SignedDuration::from_hours(48),
    };
    let tick = Tick {
        time: Instant::now(),
    };
    function.respond(&tick, Deadline::after(time)).await
}

#[tokio::test(start_paused = true)]
async fn a_hundred_orders_that_fail_for_ever_hide_none_behind_them() {
    let ([first, behind], broken, counts) = (lists(), broken(), counts(25));
    let summary = run_of(&[&first, &behind, &broken, &counts], LONG).await;
    let expected = Summary {
        failed: PARTS * 101,
        overdue_reservations: Some(PARTS * 25),
        late_invoices: Some(PARTS * 25),
        ..Summary::default()
    };
    assert_eq!(summary, expected);
    assert_eq!(broken.num_calls(), 404);
}

#[tokio::test(start_paused = true)]
async fn without_time_nothing_is_begun_and_what_is_late_is_counted() {
    let ([first, behind], broken, counts) = (lists(), broken(), counts(25));
    let rules = [&first, &behind, &broken, &counts];
    let summary = run_of(&rules, LEAST - Duration::from_secs(1)).await;
    let expected = Summary {
        overdue_reservations: Some(PARTS * 25),
        late_invoices: Some(PARTS * 25),
        ..Summary::default()
    };
    assert_eq!(summary, expected);
    assert_eq!((first.num_calls(), broken.num_calls()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_count_that_fails_keeps_nothing_from_being_released() {
    let ([first, behind], broken, counts) = (lists(), broken(), counts_fail());
    let summary = run_of(&[&first, &behind, &broken, &counts], LONG).await;
    let expected = Summary {
        failed: PARTS * 101 + 2,
        ..Summary::default()
    };
    assert_eq!(summary, expected);
    assert_eq!(broken.num_calls(), 404);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_fails_keeps_nothing_from_being_counted() {
    let (lists, counts) = (lists_fail(), counts(0));
    let summary = run_of(&[&lists, &counts], LONG).await;
    let expected = Summary {
        failed: PARTS,
        overdue_reservations: Some(0),
        late_invoices: Some(0),
        ..Summary::default()
    };
    assert_eq!(summary, expected);
}
