//! Event stores, view stores and key vaults for Kanzlei, and the conformance kit that each must pass.
