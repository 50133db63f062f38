use super::*;
use crate::fixture::SELLER_FILE;
use crate::settings::Settings;

/// The fixture with a section of its own.
fn with(section: &str) -> String {
    format!("{SELLER_FILE}\n{section}\n")
}

fn read(section: &str) -> DeliverySettings {
    Settings::parse(&with(section)).unwrap().delivery
}

fn mistakes(section: &str) -> Vec<String> {
    let mistakes = Settings::parse(&with(section)).unwrap_err();
    let told =
        |mistake: &crate::settings::Mistake| format!("{}: {}", mistake.path, mistake.message);
    mistakes.iter().map(told).collect()
}

#[test]
fn what_the_fixture_shows_in_comments_are_the_defaults() {
    let (start, _) = SELLER_FILE.split_once("# [delivery]").unwrap();
    let shown = SELLER_FILE[start.len()..].split("\n[[").next().unwrap();
    let section: String = shown
        .lines()
        .map(|line| line.trim_start_matches("# ").to_owned() + "\n")
        .collect();
    assert_eq!(section.matches(" = ").count(), 18, "{section}");
    assert_eq!(read(&section), DeliverySettings::default());
    assert_eq!(
        Settings::parse(SELLER_FILE).unwrap().delivery,
        DeliverySettings::default()
    );
}

#[test]
fn each_setting_is_read() {
    let settings = read(
        r#"[delivery]
        retry = ["200ms", "1h 30m"]
        give_up_after = "2s"
        not_found_for = "300ms"
        longest_retry_after = "11h"
        resync_every = "6h"
        [delivery.orders]
        per_second = 1000
        burst = 1
        [delivery.catalog]
        breaker = { failures = 2, pause = "1s" }
        paused_for = "5s""#,
    );
    let ms = SignedDuration::from_millis;
    let default = LaneSettings::default();
    let expected = DeliverySettings {
        retry: vec![ms(200), ms(5_400_000)],
        give_up_after: ms(2_000),
        not_found_for: ms(300),
        longest_retry_after: ms(11 * 3_600_000),
        resync_every: Some(ms(6 * 3_600_000)),
        orders: LaneSettings {
            per_second: 1000,
            burst: 1,
            ..default.clone()
        },
        catalog: LaneSettings {
            breaker: Breaker {
                failures: 2,
                pause: ms(1_000),
                ..default.breaker
            },
            paused_for: ms(5_000),
            ..default
        },
    };
    assert_eq!(settings, expected);
}

#[test]
fn each_mistake_is_named_by_its_path() {
    let no_time = "is not a time like 200ms, 5s or 1h, from 1ms to 11h";
    for (section, expected) in [
        ("[delivery]\nretry = []", "delivery.retry: is empty"),
        (
            "[delivery]\nretry = \"5s\"",
            "delivery.retry: is not a list",
        ),
        (
            "[delivery]\nretry = [\"5s\", \"soon\"]",
            &format!("delivery.retry[1]: {no_time}"),
        ),
        (
            "[delivery]\nretry = [5]",
            "delivery.retry[0]: is not a text in quotes",
        ),
        (
            "[delivery]\nretry = [\"0s\"]",
            &format!("delivery.retry[0]: {no_time}"),
        ),
        (
            "[delivery]\nretry = [\"5s ago\"]",
            &format!("delivery.retry[0]: {no_time}"),
        ),
        (
            "[delivery]\nretry = [\"1d\"]",
            &format!("delivery.retry[0]: {no_time}"),
        ),
        (
            "[delivery]\nlongest_retry_after = \"12h\"",
            &format!("delivery.longest_retry_after: {no_time}"),
        ),
        (
            "[delivery]\ngive_up_after = \"400h\"",
            "delivery.give_up_after: is not a time like 200ms, 5s or 1h, from 1ms to 312h",
        ),
        (
            "[delivery]\ngive_up = \"1h\"",
            "delivery.give_up: is no setting; there are retry",
        ),
        (
            "[delivery.orders]\nper_second = 0",
            "delivery.orders.per_second: is not an integer from 1 to 1000",
        ),
        (
            "[delivery.orders]\npaused_for = \"1m\"",
            "delivery.orders.paused_for: is no setting",
        ),
        (
            "[delivery.catalog]\nburst = 1001",
            "delivery.catalog.burst: is not an integer",
        ),
        (
            "[delivery.catalog]\nbreaker = { pause = \"10m\" }",
            "delivery.catalog.breaker.pause: is longer than longest_pause, 5m",
        ),
        (
            "[delivery.catalog.breaker]\nfailures = -1",
            "delivery.catalog.breaker.failures: is not an integer",
        ),
    ] {
        let mistakes = mistakes(section);
        assert_eq!(mistakes.len(), 1, "{section}: {mistakes:?}");
        assert!(mistakes[0].starts_with(expected), "{section}: {mistakes:?}");
    }
}

#[test]
fn settings_stored_before_there_was_such_a_section_are_read() {
    let mut stored = serde_json::to_value(Settings::parse(SELLER_FILE).unwrap()).unwrap();
    stored.as_object_mut().unwrap().remove("delivery").unwrap();
    let settings: Settings = serde_json::from_value(stored).unwrap();
    assert_eq!(settings.delivery, DeliverySettings::default());
    let stored = serde_json::to_string(&read("[delivery]\nretry = [\"1ms\"]")).unwrap();
    let settings: DeliverySettings = serde_json::from_str(&stored).unwrap();
    assert_eq!(settings.retry, [SHORTEST]);
}
