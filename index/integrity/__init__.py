"""Whether a data folder is whole, and making its index whole again from the archive."""

from index.integrity.repair import RepairReport, repair
from index.integrity.report import Damage, Verification
from index.integrity.verify import Place, verify

__all__ = ["Damage", "Place", "RepairReport", "Verification", "repair", "verify"]
