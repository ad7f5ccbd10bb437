"""The remedies for what is found on the host once somebody is logged in. `remedies` says how to read them."""

from __future__ import annotations

from dataclasses import replace

from hvtree.app.doctor.patterns import LINUX, LOOKS, WINDOWS, Pattern
from hvtree.app.doctor.stage_report import Place

# Add-LocalGroupMember, -SID; S-1-5-32-578 is Hyper-V Administrators (fact 128).
HYPERV_ADMINISTRATORS = Pattern(
    "Let the user manage VMs, as a member of Hyper-V Administrators; then connect again.",
    Place.HOST,
    "Add-LocalGroupMember -SID S-1-5-32-578 -Member ‹user›",
    "The user controls every VM of the host, and so whatever is inside them.",
)
# Get-WSManInstance, -ResourceURI and -Enumerate, with the resource `shell` (fact 212).
LIST_SHELLS = Pattern(
    "See who has shells open, and since when.",
    Place.HOST,
    "Get-WSManInstance -ResourceURI shell -Enumerate | Format-List Owner, ClientIP, ShellRunTime, ShellInactivity",
    LOOKS,
)
# winrm-quotas, "To set a quota manually".
MORE_SHELLS = Pattern(
    "Allow each user more shells.",
    Place.HOST,
    "winrm set winrm/config/winrs '@{MaxShellsPerUser=\"50\"}'",
    "One user can take more memory and processes of the host.",
)
# "Install and configure WMF 5.1", "Installing from the command prompt"; the package is KB3191564.
INSTALL_WMF = Pattern(
    "Install Windows Management Framework 5.1 (on Server 2012 R2, from the folder of the downloaded package), then restart.",
    Place.HOST,
    ".\\Win8.1AndW2K12R2-KB3191564-x64.msu /quiet /norestart",
    "Windows PowerShell is replaced by 5.1; it counts after a restart of the host.",
)
# about_Language_Modes, "Finding the language mode of a session".
LANGUAGE_MODE = Pattern(
    "See which language mode the user gets there, logged in as that user.",
    Place.HOST,
    "$ExecutionContext.SessionState.LanguageMode",
    LOOKS,
)
# Get-AppLockerPolicy, -Effective and -Xml; about_Language_Modes names AppLocker and WDAC as the policies that do this.
APPLOCKER = Pattern(
    "See whether AppLocker does it. Its owner can exempt this account; HVTree's agent is a script that comes over the wire.",
    Place.HOST,
    "Get-AppLockerPolicy -Effective -Xml",
    "It only looks. An exemption would let this user run any script on the host.",
)
# Get-MpThreatDetection (module Defender).
DETECTIONS = Pattern(
    "See whether Microsoft Defender has stopped the agent.",
    Place.HOST,
    "Get-MpThreatDetection",
    LOOKS,
)
# where.exe.
WHERE_POWERSHELL = Pattern(
    "See where Windows finds PowerShell.",
    Place.HOST,
    "where.exe powershell.exe",
    LOOKS,
)
# Install-WindowsFeature, -Name; the feature's name as in the README of HyperVDsc (dsccommunity).
INSTALL_MODULE = Pattern(
    "Install the Hyper-V module for PowerShell (Windows Server).",
    Place.HOST,
    "Install-WindowsFeature -Name Hyper-V-PowerShell",
    "Nothing: it adds cmdlets.",
)
# Enable-WindowsOptionalFeature, -Online and -FeatureName; the feature's name as above.
ENABLE_MODULE = Pattern(
    "Install it on Windows 10 and 11.",
    Place.HOST,
    "Enable-WindowsOptionalFeature -Online -FeatureName Microsoft-Hyper-V-Management-PowerShell",
    "Nothing: it adds cmdlets.",
)
# Start-Service; vmms is Hyper-V's management service.
LOOK_AT_VMMS = Pattern(
    "See whether Hyper-V's own service runs.",
    Place.HOST,
    "Get-Service -Name vmms",
    LOOKS,
)
# PS-remoting-second-hop, "Resource-based Kerberos constrained delegation", example.
DELEGATE = Pattern(
    "Let the host pass the user on to the file server, by resource-based Kerberos delegation; then log in by Kerberos.",
    Place.DOMAIN,
    "Set-ADComputer -Identity ‹file server› -PrincipalsAllowedToDelegateToAccount (Get-ADComputer -Identity ‹short host›)",
    "The host may act on that file server as whoever is logged in to the host. No password is stored.",
)
# w32tm /resync (Windows Time service tools and settings).
RESYNC_HOST = Pattern(
    "Set the host's clock by its time source.",
    Place.HOST,
    "w32tm /resync",
    "The clock jumps; what the host does by the clock may be done twice or not at all.",
)
# w32tm /resync (Windows Time service tools and settings).
RESYNC_CLIENT = replace(
    RESYNC_HOST, what="Set this computer's clock, if it is the wrong one.", place=Place.CLIENT, system=WINDOWS
)
# timedatectl(1), set-ntp.
RESYNC_LINUX = Pattern(
    "Set this computer's clock by the network, if it is the wrong one.",
    Place.CLIENT,
    "timedatectl set-ntp true",
    "The clock jumps.",
    LINUX,
)
# Set-WSManInstance, example 2.
LARGE_ENVELOPE = Pattern(
    "Allow messages of 500 KB, as newer versions of Windows do.",
    Place.HOST,
    'Set-WSManInstance -ResourceURI winrm/config -ValueSet @{MaxEnvelopeSizekb = "500"}',
    "Each request may take a little more memory of the host.",
)
