// SPDX-License-Identifier: MIT
//! Optimizers and learning rate schedules; formulas and defaults as in `torch.optim`.

use crate::error::{Code, Error, Result};
use seqnet_sys as sys;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Sgd,
    Adagrad,
    RmsProp,
    Adam,
    AdamW,
}

/// How gradients change the parameters. A learning rate or other number of 0 means its default.
///
/// ```
/// use seqnet::Optimizer;
///
/// let sgd = Optimizer::sgd(0.1).momentum(0.9).nesterov(true);
/// let adamw = Optimizer::adamw(1e-3).betas(0.9, 0.98).weight_decay(0.1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct Optimizer {
    rule: Rule,
    learning_rate: f64,
    momentum: f64,
    nesterov: bool,
    betas: (f64, f64),
    epsilon: f64,
    weight_decay: f64,
}

impl Optimizer {
    fn new(rule: Rule, learning_rate: f64) -> Self {
        Optimizer {
            rule,
            learning_rate,
            momentum: 0.0,
            nesterov: false,
            betas: (0.0, 0.0),
            epsilon: 0.0,
            weight_decay: 0.0,
        }
    }

    /// Stochastic gradient descent; rate 0.01 by default.
    pub fn sgd(learning_rate: f64) -> Self {
        Optimizer::new(Rule::Sgd, learning_rate)
    }

    /// Adagrad; rate 0.01 by default.
    pub fn adagrad(learning_rate: f64) -> Self {
        Optimizer::new(Rule::Adagrad, learning_rate)
    }

    /// RMSprop; rate 0.01 by default.
    pub fn rmsprop(learning_rate: f64) -> Self {
        Optimizer::new(Rule::RmsProp, learning_rate)
    }

    /// Adam; rate 0.001 by default.
    pub fn adam(learning_rate: f64) -> Self {
        Optimizer::new(Rule::Adam, learning_rate)
    }

    /// Adam with decoupled weight decay; rate 0.001 and decay 0.01 by default.
    pub fn adamw(learning_rate: f64) -> Self {
        Optimizer::new(Rule::AdamW, learning_rate)
    }

    /// SGD and RMSprop.
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }

    /// SGD: Nesterov momentum.
    pub fn nesterov(mut self, nesterov: bool) -> Self {
        self.nesterov = nesterov;
        self
    }

    /// Adam and AdamW, 0.9 and 0.999 by default.
    pub fn betas(mut self, beta1: f64, beta2: f64) -> Self {
        self.betas = (beta1, beta2);
        self
    }

    /// RMSprop's smoothing, 0.99 by default.
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.betas.1 = alpha;
        self
    }

    /// 1e-8 by default; Adagrad 1e-10.
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// L2 in the gradient; AdamW: decoupled, and negative for none.
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
        self
    }

    pub(crate) fn apply(&self, options: &mut sys::seqnet_trainer_options) {
        options.optimizer = match self.rule {
            Rule::Sgd => sys::SEQNET_SGD,
            Rule::Adagrad => sys::SEQNET_ADAGRAD,
            Rule::RmsProp => sys::SEQNET_RMSPROP,
            Rule::Adam => sys::SEQNET_ADAM,
            Rule::AdamW => sys::SEQNET_ADAMW,
        };
        options.learning_rate = self.learning_rate;
        options.momentum = self.momentum;
        options.nesterov = self.nesterov.into();
        options.beta1 = self.betas.0;
        options.beta2 = self.betas.1;
        options.epsilon = self.epsilon;
        options.weight_decay = self.weight_decay;
    }
}

/// How the learning rate changes; u counts updates after the warm-up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Schedule {
    /// It does not.
    #[default]
    Constant,
    /// lr \* gamma^floor(u / period).
    Step {
        /// In updates, 1 or more.
        period: u64,
        /// 0: 0.1.
        gamma: f64,
    },
    /// lr \* gamma^u.
    Exponential {
        /// 0: 0.999.
        gamma: f64,
    },
    /// From lr to the least one in `period` updates, then constant.
    Cosine {
        /// In updates, 1 or more.
        period: u64,
        /// The rate it ends at.
        least: f64,
    },
    /// lr \*= gamma after more than `patience` bad reports in a row.
    Plateau {
        /// 0: 10.
        patience: u32,
        /// 0: 0.1.
        gamma: f64,
        /// The rate it does not fall below.
        least: f64,
    },
}

impl Schedule {
    pub(crate) fn apply(
        &self,
        function: &str,
        options: &mut sys::seqnet_trainer_options,
    ) -> Result<()> {
        match *self {
            Schedule::Constant => options.schedule = sys::SEQNET_CONSTANT,
            Schedule::Step { period, gamma } => {
                options.schedule = sys::SEQNET_STEP;
                options.period = updates(function, "period", period)?;
                options.gamma = gamma;
            }
            Schedule::Exponential { gamma } => {
                options.schedule = sys::SEQNET_EXPONENTIAL;
                options.gamma = gamma;
            }
            Schedule::Cosine { period, least } => {
                options.schedule = sys::SEQNET_COSINE;
                options.period = updates(function, "period", period)?;
                options.min_learning_rate = least;
            }
            Schedule::Plateau { patience, gamma, least } => {
                options.schedule = sys::SEQNET_PLATEAU;
                options.patience = i32::try_from(patience).unwrap_or(i32::MAX);
                options.gamma = gamma;
                options.min_learning_rate = least;
            }
        }
        Ok(())
    }
}

/// A number of updates as C takes it.
pub(crate) fn updates(function: &str, name: &str, value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| {
        let message = format!("{}: {} = {}, need at most {}", function, name, value, i64::MAX);
        Error::new(Code::InvalidArgument, message)
    })
}
