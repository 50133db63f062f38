//! Gates that several processes share.

mod calls;
mod resync;
mod shared;

use feirante_models::{AccountName, Instant};
use feirante_seller::delivery::{Admission, Lane, LaneSettings, Pass};
use feirante_store::Accounts;
use feirante_store::accounts::{LaneOf, LaneState};

use crate::database::budget;

/// So many milliseconds after the tests' beginning.
pub(crate) fn at(milliseconds: i64) -> Instant {
    Instant::from_millis(1_795_219_200_000 + milliseconds).unwrap()
}

/// A lane of an account, with its pace.
pub(crate) struct TestLane {
    account: AccountName,
    lane: Lane,
    settings: LaneSettings,
}

impl TestLane {
    /// Five requests a second, ten at once.
    pub(crate) fn of(account: &str) -> Self {
        Self {
            account: AccountName::parse(account).unwrap(),
            lane: Lane::Orders,
            settings: LaneSettings::default(),
        }
    }

    pub(crate) fn get(&self) -> LaneOf<'_> {
        LaneOf {
            account: &self.account,
            lane: self.lane,
            settings: &self.settings,
        }
    }

    pub(crate) async fn ask(&self, accounts: &Accounts, now: i64) -> Admission {
        let admission = accounts.admit(self.get(), false, at(now), budget()).await;
        admission.unwrap()
    }

    pub(crate) async fn resume(&self, accounts: &Accounts, now: i64) -> Admission {
        let admission = accounts.admit(self.get(), true, at(now), budget()).await;
        admission.unwrap()
    }

    pub(crate) async fn pass(&self, accounts: &Accounts, now: i64) -> Pass {
        match self.ask(accounts, now).await {
            Admission::Now(pass) => pass,
            admission => panic!("{admission:?}"),
        }
    }

    pub(crate) async fn failed(&self, accounts: &Accounts, pass: Pass, now: i64) {
        accounts
            .failed(self.get(), pass, "503: down", at(now), budget())
            .await
            .unwrap();
    }

    pub(crate) async fn succeeded(&self, accounts: &Accounts, pass: Pass, now: i64) {
        accounts
            .succeeded(self.get(), pass, at(now), budget())
            .await
            .unwrap();
    }

    /// Fails until the breaker opens.
    pub(crate) async fn fail(&self, accounts: &Accounts, now: i64) {
        for _ in 0..self.settings.breaker.failures {
            let pass = self.pass(accounts, now).await;
            self.failed(accounts, pass, now).await;
        }
    }
}

/// Every lane there is.
pub(crate) async fn lanes(accounts: &Accounts) -> Vec<LaneState> {
    let survey = accounts.survey(budget()).await.unwrap();
    survey.lanes().unwrap()
}

pub(crate) fn is_now(admission: &Admission) -> bool {
    matches!(admission, Admission::Now(_))
}

pub(crate) fn is_held(admission: &Admission) -> bool {
    matches!(admission, Admission::Held { .. })
}
