"""Verifying a data folder, and repairing its index from the archive."""

from index.integrity.repair import RepairReport, repair
from index.integrity.report import Damage, Verification
from index.integrity.verify import VerifyTarget, verify

__all__ = ["Damage", "RepairReport", "Verification", "VerifyTarget", "repair", "verify"]
