use std::cell::Cell;

use super::*;

fn busy() -> Result<Attempt<u8>, StoreError> {
    let detail = "busy".to_owned();
    Ok(Attempt::Again(StoreError::Unavailable {
        operation: "Test",
        detail,
    }))
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_tried_until_it_has_passed() {
    let tries = Cell::new(0);
    let attempt = || async {
        tries.set(tries.get() + 1);
        if tries.get() < 4 {
            busy()
        } else {
            Ok(Attempt::Done(7))
        }
    };
    let answer = Budget::of(Duration::from_secs(1))
        .run("Test", attempt)
        .await;
    assert_eq!((answer.unwrap(), tries.get()), (7, 4));
}

#[tokio::test(start_paused = true)]
async fn trying_ends_with_the_time_and_says_why() {
    let start = Instant::now();
    let tries = Cell::new(0);
    let attempt = || async {
        tries.set(tries.get() + 1);
        busy()
    };
    let time = Duration::from_secs(1);
    let error = Budget::of(time).run("Test", attempt).await.unwrap_err();
    assert_eq!(error.to_string(), "Test: busy");
    // Waits are of 10 to 300 ms: neither a storm nor a single try.
    assert!((5..=100).contains(&tries.get()), "{}", tries.get());
    assert!(start.elapsed() <= time, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_try_that_hangs_is_abandoned() {
    let start = Instant::now();
    let time = Duration::from_millis(700);
    let error = Budget::of(time)
        .run(
            "Test",
            std::future::pending::<Result<Attempt<u8>, StoreError>>,
        )
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
    // Timers tick in milliseconds.
    assert!(
        start.elapsed() <= time + Duration::from_millis(1),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn what_does_not_pass_is_tried_once() {
    let tries = Cell::new(0);
    let attempt = || async {
        tries.set(tries.get() + 1);
        Err::<Attempt<u8>, _>(StoreError::corrupt("it", "broken"))
    };
    let error = Budget::of(Duration::from_secs(1))
        .run("Test", attempt)
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert_eq!(tries.get(), 1);
}
