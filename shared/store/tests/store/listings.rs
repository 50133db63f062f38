//! Listings: written one version after the other, found by what is due.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::error::ErrorMetadata;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::error::{ConditionalCheckFailedException, InternalServerError};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use feirante_models::AccountName;
use feirante_seller::listing::{
    Call, Goods, Kind, Listing, Notification, Problem, Reply, Request, State, Step, Trigger,
};
use feirante_seller::mapping::Name;
use feirante_store::Listings;
use feirante_store::listings::Put;

use crate::database::{TestDatabase, budget};
use crate::samples::{at, sku};

const TABLE: &str = "listings";

async fn start() -> Listings {
    let client = TestDatabase::start().await.client;
    let key = |name: &str, kind| {
        let key = KeySchemaElement::builder().attribute_name(name);
        key.key_type(kind).build().unwrap()
    };
    let attribute = |name: &str, kind| {
        let attribute = AttributeDefinition::builder().attribute_name(name);
        attribute.attribute_type(kind).build().unwrap()
    };
    let keys_only = Projection::builder().projection_type(ProjectionType::KeysOnly);
    let by_state = GlobalSecondaryIndex::builder()
        .index_name("by-state")
        .key_schema(key("state", KeyType::Hash))
        .key_schema(key("at", KeyType::Range))
        .projection(keys_only.build())
        .build()
        .unwrap();
    client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key("sku", KeyType::Hash))
        .key_schema(key("account", KeyType::Range))
        .attribute_definitions(attribute("sku", ScalarAttributeType::S))
        .attribute_definitions(attribute("account", ScalarAttributeType::S))
        .attribute_definitions(attribute("state", ScalarAttributeType::S))
        .attribute_definitions(attribute("at", ScalarAttributeType::N))
        .global_secondary_indexes(by_state)
        .send()
        .await
        .unwrap();
    Listings::new(client, TABLE)
}

fn account(name: &str) -> AccountName {
    AccountName::parse(name).unwrap()
}

fn listing(code: &str, state: State) -> Listing {
    Listing {
        state,
        ..Listing::new(sku(code), account("mkt1"), at(0))
    }
}

fn denied(due: Option<i64>) -> State {
    State::Denied {
        reason: "no".to_owned(),
        due: due.map(at),
    }
}

fn refused(due: i64) -> State {
    State::Error {
        problem: Problem::Refused {
            request: Request::Price,
            status: 404,
            detail: "no such seller".to_owned(),
            due: at(due),
        },
    }
}

fn suggested(due: i64) -> State {
    State::Suggested {
        due: at(due),
        polls: 3,
        denied_before: true,
    }
}

/// Every state, with the moment something is due in it.
fn states() -> Vec<(State, Option<i64>)> {
    let incomplete = State::Error {
        problem: Problem::Incomplete {
            missing: vec!["name: is missing".to_owned()],
        },
    };
    let unmapped = State::Error {
        problem: Problem::Unmapped {
            names: vec![Name::brand("Feira"), Name::value("Cor", "Azul")],
        },
    };
    vec![
        (State::Unknown { due: None }, None),
        (State::Unknown { due: Some(at(1)) }, Some(1)),
        (
            State::Absent {
                due: at(2),
                denied_before: false,
            },
            Some(2),
        ),
        (suggested(3), Some(3)),
        (State::Accepted { due: at(4) }, Some(4)),
        (State::Bound, None),
        (denied(Some(5)), Some(5)),
        (denied(None), None),
        (incomplete, None),
        (refused(6), Some(6)),
        (unmapped, None),
    ]
}

async fn written(listings: &Listings, listing: &Listing) -> Listing {
    match listings.put(listing, budget()).await.unwrap() {
        Put::Written(listing) => *listing,
        overtaken @ Put::Overtaken(_) => panic!("{overtaken:?}"),
    }
}

/// What a listing becomes by some calls, one of them under way.
fn with_calls(listing: Listing) -> Listing {
    let change = Notification {
        sku: listing.sku.clone(),
        account: listing.account.clone(),
        kinds: [Kind::Price, Kind::Inventory].into(),
        changed_at: at(-10),
        resync: false,
    };
    let goods = Goods {
        sold: true,
        ..Goods::default()
    };
    let bound = Listing {
        state: State::Bound,
        ..listing
    };
    let next = |listing: &Listing| match listing.next(Trigger::Changed(&change), &goods, at(0)) {
        Step::Call { call, claimed } => (call, *claimed),
        other => panic!("{other:?}"),
    };
    let (price, claimed): (Call, Listing) = next(&bound);
    let told = claimed.settled(price, &Reply::Delivered { status: 202 }, at(1));
    next(&told).1
}

#[tokio::test]
async fn every_state_is_read_back_as_it_was_written() {
    let listings = start().await;
    for (index, (state, _)) in states().into_iter().enumerate() {
        let code = format!("ção #{index}");
        let with_calls = with_calls(listing(&code, State::Bound));
        let listing = written(
            &listings,
            &Listing {
                state,
                ..with_calls
            },
        )
        .await;
        assert_eq!(listing.version, 1);
        let read = listings.get(&listing.sku, &listing.account, budget()).await;
        assert_eq!(read.unwrap(), Some(listing));
    }
    let none = listings.get(&sku("none"), &account("mkt1"), budget()).await;
    assert_eq!(none.unwrap(), None);
}

#[tokio::test]
async fn of_two_who_write_the_same_version_one_learns_of_the_other() {
    let listings = start().await;
    let new = listing("1", State::Unknown { due: None });
    let first = written(&listings, &new).await;
    let late = listings.put(&new, budget()).await.unwrap();
    assert_eq!(late, Put::Overtaken(Box::new(first.clone())));
    let bound = Listing {
        state: State::Bound,
        ..first.clone()
    };
    let bound = written(&listings, &bound).await;
    let late = listings.put(&first, budget()).await.unwrap();
    assert_eq!(late, Put::Overtaken(Box::new(bound.clone())));
    assert_eq!(bound.version, 2);
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_not_taken_for_another_s() {
    let put = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&put);
    let rule = mock!(aws_sdk_dynamodb::Client::put_item)
        .match_requests(move |request| {
            *seen.lock().unwrap() = request.item().cloned();
            true
        })
        .sequence()
        .error(|| {
            let meta = ErrorMetadata::builder().code("InternalServerError").build();
            let failed = InternalServerError::builder().meta(meta).build();
            PutItemError::InternalServerError(failed)
        })
        .error(move || {
            let failed = ConditionalCheckFailedException::builder();
            let failed = failed.set_item(put.lock().unwrap().clone());
            PutItemError::ConditionalCheckFailedException(failed.build())
        })
        .build();
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::Sequential, [&rule], |config| {
        config.retry_config(RetryConfig::disabled())
    });
    let listings = Listings::new(client, TABLE);
    let listing = written(&listings, &listing("1", suggested(5))).await;
    assert_eq!(listing.version, 1);
}

/// The SKUs that are due in all states by then.
async fn due(listings: &Listings, by: i64) -> Vec<String> {
    let mut due = Vec::new();
    for state in State::WITH_DUE {
        let mut page = None;
        loop {
            let (found, next) = listings.due(state, at(by), page, budget()).await.unwrap();
            due.extend(found.into_iter().map(|(sku, _)| sku.to_string()));
            page = next;
            if page.is_none() {
                break;
            }
        }
    }
    due.sort_unstable();
    due
}

#[tokio::test]
async fn what_is_due_is_found_and_nothing_else() {
    let listings = start().await;
    for (index, (state, _)) in states().into_iter().enumerate() {
        written(&listings, &listing(&index.to_string(), state)).await;
    }
    for by in [0, 3, 6, 1_000_000_000] {
        let expected: Vec<_> = states()
            .into_iter()
            .enumerate()
            .filter(|(_, (_, due))| due.is_some_and(|due| due <= by))
            .map(|(index, _)| index.to_string())
            .collect();
        assert_eq!(due(&listings, by).await, expected, "{by}");
    }
}

#[tokio::test]
async fn lists_are_complete_and_in_the_order_of_what_is_due() {
    let listings = start().await;
    // More than one page.
    for index in 0..130 {
        let due = (index * 7) % 130;
        written(&listings, &listing(&format!("s{due:03}"), suggested(due))).await;
    }
    written(&listings, &listing("bound", State::Bound)).await;
    let mut listed = Vec::new();
    let mut page = None;
    loop {
        let (found, next) = listings
            .in_state("suggested", page, budget())
            .await
            .unwrap();
        listed.extend(found.into_iter().map(|listing| listing.sku.to_string()));
        page = next;
        if page.is_none() {
            break;
        }
    }
    let expected: Vec<_> = (0..130).map(|due| format!("s{due:03}")).collect();
    assert_eq!(listed, expected);
    let (first, _) = listings
        .due("suggested", at(5), None, budget())
        .await
        .unwrap();
    let first: Vec<_> = first.into_iter().map(|(sku, _)| sku.to_string()).collect();
    assert_eq!(first, expected[..6]);
}

#[tokio::test]
async fn a_sku_has_a_listing_at_each_marketplace() {
    let listings = start().await;
    for name in ["mkt2", "mkt1"] {
        let listing = Listing {
            account: account(name),
            ..listing("1", State::Bound)
        };
        written(&listings, &listing).await;
    }
    written(&listings, &listing("2", State::Bound)).await;
    let found = listings.of_sku(&sku("1"), budget()).await.unwrap();
    let accounts: Vec<_> = found
        .iter()
        .map(|listing| listing.account.as_str())
        .collect();
    assert_eq!(accounts, ["mkt1", "mkt2"]);
}

#[tokio::test]
async fn what_rests_is_due_when_its_price_changes_by_time() {
    let listings = start().await;
    let timed = |code: &str, state, changes_at: i64| Listing {
        changes_at: Some(at(changes_at)),
        ..listing(code, state)
    };
    written(&listings, &timed("bound", State::Bound, 5)).await;
    let unknown = State::Unknown { due: None };
    written(&listings, &timed("unknown", unknown, 6)).await;
    written(&listings, &timed("suggested", suggested(9), 1)).await;
    written(&listings, &listing("rests", State::Bound)).await;
    assert_eq!(due(&listings, 4).await, [""; 0]);
    assert_eq!(due(&listings, 6).await, ["bound", "unknown"]);
    assert_eq!(due(&listings, 9).await, ["bound", "suggested", "unknown"]);
}

#[tokio::test]
async fn listings_of_some_skus_are_read_together() {
    let listings = start().await;
    for code in ["1", "2", "3"] {
        written(&listings, &listing(code, State::Bound)).await;
    }
    let elsewhere = Listing {
        account: account("mkt2"),
        ..listing("4", State::Bound)
    };
    written(&listings, &elsewhere).await;
    let asked = ["1", "3", "4", "5"].map(sku);
    let found = listings.at(&account("mkt1"), &asked, budget()).await;
    let mut found: Vec<_> = found.unwrap().into_iter().map(|one| one.sku).collect();
    found.sort_unstable();
    assert_eq!(found, ["1", "3"].map(sku));
    let none = listings.at(&account("mkt1"), &[], budget()).await;
    assert_eq!(none.unwrap(), []);
}
