"""Energies as other libraries know their parts: mdsm.adaptors.deepinv, mdsm.adaptors.sklearn."""
