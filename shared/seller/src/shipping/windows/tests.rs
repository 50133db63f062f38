use feirante_models::Cents;
use jiff::tz::TimeZone;

use super::*;
use crate::fixture;
use crate::settings::Settings;

/// The fixture with its method `Agendada` delivering so: `days_ahead = 2`, New York.
fn shop(weekdays: &[Weekday], slots: &[(&str, &str)]) -> Settings {
    let mut settings = fixture::settings();
    let slot = |(from, to): &(&str, &str)| Slot {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        price: Cents::ZERO,
        capacity: None,
    };
    settings.shipping.methods[2].windows = Some(Windows {
        days_ahead: 2,
        weekdays: weekdays.to_vec(),
        time_zone: TimeZone::get("America/New_York").unwrap(),
        lead_time: None,
        slots: slots.iter().map(slot).collect(),
    });
    settings
}

fn edit(settings: &mut Settings) -> &mut Windows {
    settings.shipping.methods[2].windows.as_mut().unwrap()
}

fn windows_of(
    settings: &Settings,
    leaves: Option<&str>,
    occupancy: &Occupancy,
    now: &str,
) -> Result<Vec<DeliveryWindow>, Excluded> {
    let method = &settings.shipping.methods[2];
    let windows = method.windows.as_ref().unwrap();
    let leaves = leaves.map(|leaves| leaves.parse().unwrap());
    let now = Instant::parse(now).unwrap();
    upcoming(
        method,
        windows,
        leaves.as_ref(),
        &settings.calendar,
        occupancy,
        now,
    )
    .map(|windows| windows.to_vec())
}

/// The starts of the windows that are offered.
fn starts(settings: &Settings, leaves: Option<&str>, now: &str) -> Vec<String> {
    windows_of(settings, leaves, &Occupancy::default(), now)
        .unwrap()
        .iter()
        .map(|window| window.start_date_utc.to_string())
        .collect()
}

const TWICE: [(&str, &str); 2] = [("14:00", "18:00"), ("08:00", "12:00")];

#[test]
fn today_ends_at_midnight_there() {
    // 03:00 UTC is still the 19th, a Thursday, in New York.
    let shop = shop(&[Weekday::Thu, Weekday::Fri], &TWICE);
    assert_eq!(
        starts(&shop, None, "2026-11-20T03:00:00Z"),
        ["2026-11-20T13:00:00Z", "2026-11-20T19:00:00Z"]
    );
}

#[test]
fn an_hour_the_clock_skips_is_no_window() {
    // On Sunday, March 8th, 02:00 to 03:00 does not happen.
    let shop = shop(&[Weekday::Sun], &[("02:00", "03:00"), ("03:00", "04:00")]);
    assert_eq!(
        starts(&shop, None, "2026-03-07T17:00:00Z"),
        ["2026-03-08T07:00:00Z"]
    );
}

#[test]
fn goods_are_there_before_a_window_begins() {
    let mut shop = shop(&Weekday::ALL, &TWICE);
    // Thursday, 19:00 UTC is 14:00 there. Goods leave on Friday at 09:00, which is 14:00 UTC.
    let (now, leaves) = ("2026-11-19T19:00:00Z", "2026-11-20T09:00[America/New_York]");
    assert_eq!(
        starts(&shop, Some(leaves), now)[..2],
        ["2026-11-20T19:00:00Z", "2026-11-21T13:00:00Z"]
    );
    let mut with_lead = |lead: &str| {
        edit(&mut shop).lead_time = Some(lead.to_owned().try_into().unwrap());
        starts(&shop, Some(leaves), now)
    };
    assert_eq!(with_lead("5h")[0], "2026-11-20T19:00:00Z", "at 14:00 sharp");
    assert_eq!(with_lead("301m")[0], "2026-11-21T13:00:00Z");
    assert_eq!(with_lead("1d")[0], "2026-11-21T13:00:00Z");
}

#[test]
fn with_a_lead_time_today_is_a_day_too() {
    let mut shop = shop(&Weekday::ALL, &TWICE);
    edit(&mut shop).lead_time = Some("2h".to_owned().try_into().unwrap());
    // 11:30 there.
    let now = "2026-11-19T16:30:00Z";
    assert_eq!(starts(&shop, None, now)[0], "2026-11-19T19:00:00Z");
    edit(&mut shop).lead_time = Some("3h".to_owned().try_into().unwrap());
    assert_eq!(starts(&shop, None, now)[0], "2026-11-20T13:00:00Z");
}

#[test]
fn a_lead_time_of_business_days_passes_over_weekends_and_holidays() {
    let mut shop = shop(&Weekday::ALL, &[("08:00", "12:00")]);
    edit(&mut shop).days_ahead = 7;
    edit(&mut shop).lead_time = Some("1bd".to_owned().try_into().unwrap());
    // A Friday: Monday is the next business day, and then a holiday.
    let now = "2026-11-20T15:00:00Z";
    assert_eq!(starts(&shop, None, now)[0], "2026-11-23T13:00:00Z");
    shop.calendar.holidays = vec!["2026-11-23".parse().unwrap()];
    assert_eq!(starts(&shop, None, now)[0], "2026-11-24T13:00:00Z");
}

#[test]
fn full_slots_are_not_offered() {
    let mut shop = shop(&[Weekday::Fri], &TWICE);
    edit(&mut shop).slots[1].capacity = Some(2);
    let now = "2026-11-19T15:00:00Z";
    let limited = limited_slots(&shop, Instant::parse(now).unwrap());
    let [LimitedSlot { id, capacity: 2 }] = limited.as_slice() else {
        panic!("{limited:?}");
    };
    assert_eq!(
        id.as_str(),
        "Agendada@2026-11-20T13:00:00Z/2026-11-20T17:00:00Z"
    );
    let offered = |shop: &Settings, taken| {
        let occupancy = Occupancy::from_iter([(id.clone(), taken)]);
        windows_of(shop, None, &occupancy, now).map(|windows| windows.len())
    };
    assert_eq!(offered(&shop, 1), Ok(2));
    assert_eq!(offered(&shop, 2), Ok(1));
    edit(&mut shop).slots.remove(0);
    assert_eq!(offered(&shop, 1), Ok(1));
    assert_eq!(offered(&shop, 3), Err(Excluded::WindowsFull));
    edit(&mut shop).weekdays = vec![Weekday::Mon];
    assert_eq!(offered(&shop, 0), Err(Excluded::NoWindow));
}

#[test]
fn an_order_takes_the_slot_it_was_offered_and_no_other() {
    let mut shop = shop(&[Weekday::Fri], &TWICE);
    for slot in &mut edit(&mut shop).slots {
        slot.capacity = Some(7);
    }
    let now = "2026-11-19T15:00:00Z";
    let offered = windows_of(&shop, None, &Occupancy::default(), now).unwrap();
    let limited = limited_slots(&shop, Instant::parse(now).unwrap());
    for window in &offered {
        let slot = slot_of(
            &shop,
            "Agendada",
            window.start_date_utc,
            window.end_date_utc,
        );
        assert!(limited.contains(&slot.unwrap()));
    }
    let [first, ..] = offered.as_slice() else {
        panic!("nothing is offered");
    };
    let (start, end) = (first.start_date_utc, first.end_date_utc);
    let hour = jiff::SignedDuration::from_hours(1);
    let day = jiff::SignedDuration::from_hours(24);
    assert_eq!(slot_of(&shop, "Normal", start, end), None);
    assert_eq!(slot_of(&shop, "gone", start, end), None);
    assert_eq!(slot_of(&shop, "Agendada", start, end + hour), None);
    assert_eq!(slot_of(&shop, "Agendada", start + day, end + day), None);
    edit(&mut shop).slots[1].capacity = None;
    assert_eq!(slot_of(&shop, "Agendada", start, end), None);
}

#[test]
fn a_slot_is_named_by_its_method_and_its_hours() {
    let hours = "2026-11-23T11:00:00Z/2026-11-23T16:00:00Z";
    let slot = SlotId::named("a@b", hours).unwrap();
    assert_eq!((slot.method(), slot.hours()), ("a@b", hours));
    assert_eq!(slot.as_str(), format!("a@b@{hours}"));
    for other in ["sku", "part", "", "2026-11-23T11:00:00Z", "/"] {
        assert_eq!(SlotId::named("a", other), None, "{other}");
    }
    let past = |now| slot.is_past(Instant::parse(now).unwrap());
    assert!(!past("2026-11-23T15:59:59Z") && past("2026-11-23T16:00:00Z"));
}

#[test]
fn what_is_newly_known_of_a_method_takes_the_place_of_what_was() {
    let slot = |method, day: u8| {
        let hours = format!("2026-11-{day}T11:00:00Z/2026-11-{day}T16:00:00Z");
        SlotId::named(method, &hours).unwrap()
    };
    let mut known: Occupancy = [(slot("a", 23), 1), (slot("a", 24), 2), (slot("b", 23), 3)]
        .into_iter()
        .collect();
    known.renew(&["a"], &[(slot("a", 24), 4)].into_iter().collect());
    let expected = [(slot("a", 24), 4), (slot("b", 23), 3)];
    assert_eq!(known, expected.into_iter().collect());
    let noon = Instant::parse("2026-11-23T16:00:00Z").unwrap();
    assert_eq!(known.past(noon), [slot("b", 23)]);
}
