"""The remedies for logging in. `remedies` says how to read them."""

from __future__ import annotations

from hvtree.app.doctor.patterns import LOOKS, Pattern
from hvtree.app.doctor.stage_report import Place

# [HVTree] the command line's own options.
BY_NTLM = Pattern(
    "Log in by NTLM, which encrypts every message itself.",
    Place.CLIENT,
    "hvtree doctor ‹url› --user ‹user› --transport ntlm",
    "Nothing: the password does not travel.",
)
# [HVTree] the command line's own options.
DOMAIN_USER = Pattern(
    "Write the user in full: DOMAIN\\user, or .\\user for an account of the host itself.",
    Place.CLIENT,
    "hvtree doctor ‹url› --user ‹local user›",
    "Nothing.",
)
# Get-LocalUser; LocalUser's properties.
LOOK_AT_USER = Pattern(
    "See whether an account of the host is enabled, expired or locked by its dates.",
    Place.HOST,
    "Get-LocalUser -Name ‹short user› | Format-List Name, Enabled, AccountExpires, PasswordExpires, PasswordLastSet",
    LOOKS,
)
# Set-LocalUser, example 2; Read-Host, -AsSecureString.
SET_PASSWORD = Pattern(
    "Give an account of the host a new password.",
    Place.HOST,
    "Set-LocalUser -Name ‹short user› -Password (Read-Host -AsSecureString)",
    "Whatever else logs in as this user needs the new password.",
)
# about_WSMan_Provider, "Setting the value of items"; winrm-config, the service's Negotiate.
ALLOW_NEGOTIATE = Pattern(
    "Accept NTLM and Kerberos, as Windows does unless somebody has switched it off.",
    Place.HOST,
    "Set-Item -Path WSMan:\\localhost\\Service\\Auth\\Negotiate -Value $true",
    "Logins by NTLM and Kerberos are accepted.",
)
# The same for Kerberos.
ALLOW_KERBEROS = Pattern(
    "Accept Kerberos.",
    Place.HOST,
    "Set-Item -Path WSMan:\\localhost\\Service\\Auth\\Kerberos -Value $true",
    "Logins by Kerberos are accepted.",
)
# The same for Basic.
ALLOW_BASIC = Pattern(
    "Accept Basic; better use NTLM, which needs no change.",
    Place.HOST,
    "Set-Item -Path WSMan:\\localhost\\Service\\Auth\\Basic -Value $true",
    "The password itself travels to the host, with nothing around it but TLS.",
)
# The same for Certificate.
ALLOW_CERTIFICATE = Pattern(
    "Accept certificates of users.",
    Place.HOST,
    "Set-Item -Path WSMan:\\localhost\\Service\\Auth\\Certificate -Value $true",
    "Whoever has the key of a mapped certificate may log in as the account that it is mapped to.",
)
# Enable-WSManCredSSP, example 4 and its caution.
ALLOW_CREDSSP = Pattern(
    "Accept CredSSP.",
    Place.HOST,
    "Enable-WSManCredSSP -Role Server -Force",
    "Your password is handed to the host. Whoever has taken over the host can use it everywhere.",
)
# Add-LocalGroupMember, -SID; S-1-5-32-580 is Remote Management Users (well-known SIDs).
REMOTE_USERS = Pattern(
    "Let the user log in through WinRM, as a member of Remote Management Users.",
    Place.HOST,
    "Add-LocalGroupMember -SID S-1-5-32-580 -Member ‹user›",
    "The user may run programs on the host from afar, with the user's own rights.",
)
# about_Remote_Troubleshooting, "How to enable remoting for administrators in other domains", with its caution;
# the same in win32's "Authentication for remote connections", "Negotiate authentication".
NO_TOKEN_FILTER = Pattern(
    "Let local administrators keep their rights when they log in over the network.",
    Place.HOST,
    "New-ItemProperty -Name LocalAccountTokenFilterPolicy "
    "-Path HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System -PropertyType DWord -Value 1",
    "UAC no longer restricts any local administrator from afar: a stolen password of one is enough to take over the host. "
    "Better add the user to Hyper-V Administrators.",
)
# pip; the extras of HVTree itself.
LIBRARY = Pattern(
    "Install what this way to log in needs.",
    Place.CLIENT,
    "python3 -m pip install 'hvtree[‹extra›]'",
    "Nothing.",
)
