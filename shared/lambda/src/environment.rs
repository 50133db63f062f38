//! A function's configuration: environment variables, each named here once.

use std::str::FromStr;

use jiff::SignedDuration;

/// Name of the table of SKUs, prices and stock.
pub const OFFERS_TABLE: &str = "OFFERS_TABLE";
/// Name of the table of orders.
pub const ORDERS_TABLE: &str = "ORDERS_TABLE";
/// Name of the table of where each SKU stands at each marketplace.
pub const LISTINGS_TABLE: &str = "LISTINGS_TABLE";
/// Name of the table of what is known of each marketplace's account: its pace, its ways.
pub const ACCOUNTS_TABLE: &str = "ACCOUNTS_TABLE";
/// Name of the table that holds the seller file.
pub const SETTINGS_TABLE: &str = "SETTINGS_TABLE";
/// URL of the queue that the function's messages come from. An event has only its ARN.
pub const QUEUE_URL: &str = "QUEUE_URL";
/// URL of the queue that takes what the function can't handle.
pub const DEAD_LETTERS_URL: &str = "DEAD_LETTERS_URL";
/// URL of the queue that tells the ERP of orders.
pub const ORDER_EVENTS_URL: &str = "ORDER_EVENTS_URL";
/// URL of the queue of what marketplaces must be told about SKUs.
pub const NOTIFICATIONS_URL: &str = "NOTIFICATIONS_URL";
/// URL of the queue of tracking.
pub const TRACKING_URL: &str = "TRACKING_URL";
/// URL of the queue of cancellations.
pub const CANCELLATIONS_URL: &str = "CANCELLATIONS_URL";
/// URL of the queue of agreements to modifications that marketplaces are owed.
pub const AGREEMENTS_URL: &str = "AGREEMENTS_URL";
/// ARN of the version of simulate-fulfillment that is about to be deployed.
pub const CHECKED_FUNCTION: &str = "CHECKED_FUNCTION";
/// Days after which the personal data of an order are deleted.
pub const PERSONAL_DATA_DAYS: &str = "PERSONAL_DATA_DAYS";
/// Hours after its authorization within which an order is to be wholly invoiced.
pub const INVOICE_WITHIN_HOURS: &str = "INVOICE_WITHIN_HOURS";
/// What is logged: `error`, `warn`, `info` (default), `debug` or `trace`.
pub const LOG_LEVEL: &str = "LOG_LEVEL";

/// A variable is missing or makes no sense. The function does not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// Not set, or empty.
    #[error("environment variable {0} is not set")]
    Missing(&'static str),
    /// Set to something else than it takes.
    #[error("environment variable {name}: {problem}")]
    Invalid {
        /// The variable.
        name: &'static str,
        /// What is wrong.
        problem: String,
    },
}

/// Where variables are read from: the process, or a test's own.
pub struct Environment<'a> {
    read: Box<Read<'a>>,
}

/// Gives a variable's value, if it is set.
type Read<'a> = dyn Fn(&str) -> Option<String> + Send + Sync + 'a;

impl Environment<'static> {
    /// The process's variables.
    #[must_use]
    pub fn of_process() -> Self {
        Self {
            read: Box::new(|name| std::env::var(name).ok()),
        }
    }
}

impl<'a> Environment<'a> {
    /// Variables as `read` has them.
    pub fn new(read: impl Fn(&str) -> Option<String> + Send + Sync + 'a) -> Self {
        Self {
            read: Box::new(read),
        }
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// Names the variable.
    pub fn text(&self, name: &'static str) -> Result<String, EnvironmentError> {
        (self.read)(name)
            .filter(|value| !value.trim().is_empty())
            .ok_or(EnvironmentError::Missing(name))
    }

    /// How long the personal data of an order are kept.
    ///
    /// # Errors
    /// Names the variable.
    pub fn personal_data_kept(&self) -> Result<SignedDuration, EnvironmentError> {
        let days: u32 = self.value(PERSONAL_DATA_DAYS)?;
        Ok(SignedDuration::from_hours(i64::from(days) * 24))
    }

    /// How long after its authorization an order that is not wholly invoiced is late.
    ///
    /// # Errors
    /// Names the variable.
    pub fn invoice_within(&self) -> Result<SignedDuration, EnvironmentError> {
        let hours: u32 = self.value(INVOICE_WITHIN_HOURS)?;
        Ok(SignedDuration::from_hours(hours.into()))
    }

    /// A value that must be there.
    ///
    /// # Errors
    /// Names the variable.
    pub fn value<T>(&self, name: &'static str) -> Result<T, EnvironmentError>
    where
        T: FromStr<Err: std::fmt::Display>,
    {
        self.text(name)?
            .trim()
            .parse()
            .map_err(|problem: T::Err| EnvironmentError::Invalid {
                name,
                problem: problem.to_string(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_or_wrong_variable_is_named() {
        let environment = Environment::new(|name| match name {
            PERSONAL_DATA_DAYS => Some("many".to_owned()),
            OFFERS_TABLE => Some(" ".to_owned()),
            _ => None,
        });
        assert_eq!(
            environment.text(ORDERS_TABLE).unwrap_err().to_string(),
            "environment variable ORDERS_TABLE is not set"
        );
        assert!(environment.text(OFFERS_TABLE).is_err());
        let error = environment.value::<u32>(PERSONAL_DATA_DAYS).unwrap_err();
        assert!(error.to_string().contains("PERSONAL_DATA_DAYS"), "{error}");
    }
}
