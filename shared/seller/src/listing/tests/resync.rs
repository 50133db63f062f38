//! When a marketplace is told everything again, and how that goes on.

use feirante_models::Cents;
use proptest::prelude::*;

use super::*;
use crate::listing::resync::{Cause, Cursor, IN_FORCE_AFTER, Page};
use crate::settings::{CancellationPolicy, Fees, PriceAdjustment, Rounding, Secret, Settings};

const DAY: i64 = 24 * 3600;

fn edition_of(settings: &Settings) -> Edition {
    Edition::of(settings, &settings.marketplaces[0]).unwrap()
}

fn other_prices() -> Settings {
    let mut settings = fixture::settings();
    settings.marketplaces[0].price_adjustment = Some(PriceAdjustment {
        percent: Decimal::TEN,
        add: Cents::ZERO,
        ending: None,
        rounding: Rounding::Nearest,
    });
    settings
}

fn account() -> AccountName {
    AccountName::parse("mkt1").unwrap()
}

/// A marketplace whose run began at 0 and is done.
fn told() -> Resync {
    let edition = edition_of(&fixture::settings());
    let begun = Resync::new(account()).asked(&edition, at(0)).unwrap();
    begun.turned(10, None, 5, at(1))
}

fn ticked(resync: &Resync, settings: &Settings, seconds: i64) -> Option<(Resync, Option<Page>)> {
    let every = Some(SignedDuration::from_secs(DAY));
    let (edition, now) = (edition_of(settings), at(seconds));
    resync.ticked(&edition, every, now, now)
}

fn out_of_touch(resync: &Resync, seconds: i64) -> Option<Resync> {
    resync.out_of_touch(at(seconds), at(seconds))
}

fn cause(ticked: Option<(Resync, Option<Page>)>) -> Option<Cause> {
    let (resync, page) = ticked?;
    assert_eq!(page, resync.page());
    Some(resync.run?.cause)
}

#[test]
fn a_run_begins_for_what_is_new_and_when_it_is_time() {
    let same = fixture::settings();
    let new = Resync::new(account());
    assert_eq!(cause(ticked(&new, &same, 0)), Some(Cause::NewMarketplace));
    assert_eq!(ticked(&told(), &same, DAY - 1), None);
    assert_eq!(cause(ticked(&told(), &same, DAY)), Some(Cause::Schedule));
    let edition = edition_of(&same);
    let never = told().ticked(&edition, None, at(99 * DAY), at(99 * DAY));
    assert_eq!(never, None);
}

#[test]
fn another_seller_file_is_told_once_it_is_in_force_everywhere() {
    let other = other_prices();
    let (seen, page) = ticked(&told(), &other, 100).unwrap();
    assert_eq!((page, seen.under_way()), (None, None));
    let in_force = 100 + IN_FORCE_AFTER.as_secs();
    assert_eq!(ticked(&seen, &other, in_force - 1), None);
    let begun = ticked(&seen, &other, in_force);
    assert_eq!(cause(begun.clone()), Some(Cause::SellerFile));
    let begun = begun.unwrap().0;
    assert_eq!(begun.edition, Some(edition_of(&other)));
    assert_eq!(begun.newer, None);
}

#[test]
fn a_seller_file_that_was_taken_back_settles_anew_when_it_comes_again() {
    let (same, other) = (fixture::settings(), other_prices());
    let (seen, _) = ticked(&told(), &other, 100).unwrap();
    // There is nothing to tell.
    let (back, page) = ticked(&seen, &same, 110).unwrap();
    assert_eq!((&back, page), (&told(), None));
    assert_eq!(ticked(&back, &same, 120), None);
    let (again, page) = ticked(&back, &other, 500).unwrap();
    assert_eq!(page, None);
    let in_force = 500 + IN_FORCE_AFTER.as_secs();
    assert_eq!(ticked(&again, &other, in_force - 1), None);
    let begun = ticked(&again, &other, in_force);
    assert_eq!(cause(begun), Some(Cause::SellerFile));
}

#[test]
fn a_marketplace_that_could_not_be_told_is_told_everything_once_it_can() {
    let same = fixture::settings();
    let edition = edition_of(&same);
    let under_way = told().asked(&edition, at(50)).unwrap();
    let page = under_way.page().unwrap();
    let seen = out_of_touch(&under_way, 60).unwrap();
    // That may be a look at an older seller file: the run goes on, and nothing else comes of it.
    let in_force = 60 + IN_FORCE_AFTER.as_secs();
    assert_eq!(seen.page().as_ref(), Some(&page));
    assert_eq!(out_of_touch(&seen, in_force - 1), None);
    assert_eq!(ticked(&seen, &same, 65).unwrap(), (under_way, None));
    let lost = out_of_touch(&seen, in_force).unwrap();
    // Its run is over, and that is said once.
    assert_eq!((lost.at(&page), lost.page()), (None, None));
    assert_eq!(out_of_touch(&lost, 1000), None);
    assert_eq!(out_of_touch(&Resync::new(account()), 1000), None);
    // It was back for a moment: the next time it is, that has to stay again.
    let (back, _) = ticked(&lost, &same, 150).unwrap();
    assert_eq!(out_of_touch(&back, 160), Some(lost.clone()));
    // The same seller file as ever.
    let (seen, page) = ticked(&lost, &same, 200).unwrap();
    assert_eq!(page, None);
    let begun = ticked(&seen, &same, 200 + IN_FORCE_AFTER.as_secs());
    assert_eq!(cause(begun.clone()), Some(Cause::SellerFile));
    assert_eq!(begun.unwrap().0.edition, Some(edition));
    // What it was told last stays to be shown.
    let seen = out_of_touch(&told(), 60).unwrap();
    let idle = out_of_touch(&seen, in_force).unwrap();
    assert_eq!(idle.run, told().run);
    let json = serde_json::to_string(&idle).unwrap();
    assert_eq!(serde_json::from_str::<Resync>(&json).unwrap(), idle);
}

#[test]
fn only_what_the_marketplace_sees_is_another_edition() {
    let same = edition_of(&fixture::settings());
    let edited = |edit: fn(&mut Settings)| {
        let mut settings = fixture::settings();
        edit(&mut settings);
        edition_of(&settings) == same
    };
    assert!(edited(|s| s.delivery.catalog.per_second = 1));
    assert!(edited(
        |s| s.seller.follow_up_email = "a@b.example".to_owned()
    ));
    assert!(edited(|s| s.marketplaces[0].inbound = None));
    assert!(edited(|s| {
        let new = Secret::new("another");
        s.marketplaces[0].previous_key = Some(std::mem::replace(&mut s.marketplaces[0].key, new));
    }));
    assert!(edited(
        |s| s.marketplaces[0].cancellation = CancellationPolicy::Confirm
    ));
    assert!(edited(|s| s.marketplaces[0].fees = Some(Fees::default())));
    assert!(edited(|s| {
        let mut other = s.marketplaces[0].clone();
        other.account = AccountName::parse("mkt2").unwrap();
        s.marketplaces.push(other);
    }));
    assert!(!edited(|s| *s = other_prices()));
    assert!(!edited(|s| s.shipping.methods.truncate(1)));
    assert!(!edited(|s| s.marketplaces[0].seller_id = "other".to_owned()));
    assert!(!edited(
        |s| s.marketplaces[0].sales_channels = vec!["2".to_owned()]
    ));
}

#[test]
fn a_run_that_was_cut_off_is_taken_up_where_it_was() {
    let edition = edition_of(&fixture::settings());
    let begun = told().asked(&edition, at(50)).unwrap();
    let cursor = Cursor {
        sku: fixture::sku("7"),
        part: "OFFER".to_owned(),
    };
    let turned = begun.turned(8, Some(cursor.clone()), 5, at(50));
    // Eight SKUs of three calls each, of which four go a second.
    let next_at = turned.run.as_ref().unwrap().next_at;
    assert_eq!(next_at, at(56));
    assert_eq!(ticked(&turned, &fixture::settings(), 56 + 119), None);
    let (taken_up, page) = ticked(&turned, &fixture::settings(), 56 + 120).unwrap();
    let page = page.unwrap();
    assert_eq!((page.run, page.number), (at(50), 1));
    let run = taken_up.at(&page).unwrap();
    assert_eq!((run.cursor.clone(), run.announced), (Some(cursor), 8));
    assert_eq!(ticked(&taken_up, &fixture::settings(), 56 + 121), None);
}

#[test]
fn nobody_begins_a_second_run_beside_one() {
    let edition = edition_of(&fixture::settings());
    let begun = told().asked(&edition, at(50)).unwrap();
    assert_eq!(begun.asked(&edition, at(51)), None);
    let done = begun.turned(1, None, 5, at(52));
    assert!(done.asked(&edition, at(53)).is_some());
}

#[test]
fn pages_of_other_runs_and_pages_that_are_done_do_nothing() {
    let edition = edition_of(&fixture::settings());
    let begun = told().asked(&edition, at(50)).unwrap();
    let page = begun.page().unwrap();
    assert!(begun.at(&page).is_some());
    let cursor = Cursor {
        sku: fixture::sku("7"),
        part: "OFFER".to_owned(),
    };
    let turned = begun.turned(1, Some(cursor), 5, at(51));
    assert_eq!(turned.at(&page), None);
    let done = begun.turned(1, None, 5, at(51));
    assert_eq!((done.at(&page), done.page()), (None, None));
    let other = done.asked(&edition, at(60)).unwrap();
    assert_eq!(other.at(&page), None);
}

#[test]
fn what_was_decided_about_a_sku_stays_decided() {
    let edition = edition_of(&fixture::settings());
    let begun = told().asked(&edition, at(table::NOW - 10)).unwrap();
    let run = begun.run.unwrap();
    let again = run.notification(fixture::sku("2000037"), account());
    let steps = |name, goods: &Goods| {
        let listing = listing(table::state(name));
        table::steps(listing, Trigger::Changed(&again), goods)
    };
    for (name, then) in [
        ("unknown", "announcement"),
        ("absent", "suggestion"),
        ("suggested", "rest"),
        ("accepted", "announcement"),
        ("bound", "announcement"),
        ("denied", "rest"),
        ("refused", "announcement"),
        // Its data are whole now: whoever mended them may have been the seller file.
        ("incomplete", "announcement"),
    ] {
        assert_eq!(steps(name, &good()), then, "{name}");
    }
    let incomplete = Goods {
        missing: vec!["catalog.images: has none".to_owned()],
        ..good()
    };
    assert_eq!(steps("incomplete", &incomplete), "rest");
}

#[test]
fn a_message_is_a_page_or_a_notification() {
    let page = Page {
        account: account(),
        run: at(0),
        number: 3,
    };
    let text = Task::GoOn(page.clone()).to_message().unwrap();
    assert_eq!(
        text,
        r#"{"resync":{"account":"mkt1","run":"2026-11-21T00:00:00.000Z","number":3}}"#
    );
    assert_eq!(Task::read(&text).unwrap(), Task::GoOn(page));
    let mut again = change(&[Kind::Price], at(0));
    again.resync = true;
    let text = Task::Tell(again.clone()).to_message().unwrap();
    assert_eq!(Task::read(&text).unwrap(), Task::Tell(again));
    for (text, named) in [
        ("{}", "sku"),
        (r#"{"resync":{"account":"mkt1"}}"#, "run"),
        (r#"{"sku":"1","account":"mkt1"}"#, "kinds"),
    ] {
        let error = Task::read(text).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
}

proptest! {
    /// However the pages are, changes keep a part of the pace for themselves.
    #[test]
    fn a_run_keeps_below_the_account_s_pace(
        pages in prop::collection::vec(0_u64..100, 1..40),
        per_second in 1_u32..1000,
    ) {
        let edition = edition_of(&fixture::settings());
        let mut resync = told().asked(&edition, at(0)).unwrap();
        let mut now = at(0);
        for skus in &pages {
            let cursor = Cursor { sku: fixture::sku("7"), part: "OFFER".to_owned() };
            resync = resync.turned(*skus, Some(cursor), per_second, now);
            now = now.max(resync.run.as_ref().unwrap().next_at);
        }
        let calls: u64 = pages.iter().sum::<u64>() * 3;
        let milliseconds = u64::try_from(now.millis() - at(0).millis()).unwrap();
        // Each page's time is cut to whole milliseconds.
        let most = (milliseconds + pages.len() as u64) * u64::from(per_second) * 4 / 5;
        prop_assert!(calls * 1000 <= most + u64::from(per_second), "{calls} {milliseconds}");
    }
}
