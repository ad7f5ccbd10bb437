"""The remedies for the way to the host: its name, its port, its certificate, its WinRM service. `remedies` says how to read them."""

from __future__ import annotations

from hvtree.app.doctor.patterns import LINUX, LOOKS, MAC, WINDOWS, Pattern
from hvtree.app.doctor.stage_report import Place

# about_Remote_Troubleshooting, "How to enable remoting" and "… on public networks".
ENABLE_REMOTING = Pattern(
    "Turn WinRM on: the service, its listener, and the firewall's exception for port 5985.",
    Place.HOST,
    "Enable-PSRemoting -Force",
    "Port 5985 is open to private and domain networks, and on public ones to the same subnet. Administrators and members "
    "of Remote Management Users may log in through it.",
)
# winrm-config, "Listener and WS-Management protocol default settings".
LISTENERS = Pattern(
    "See on which ports and addresses WinRM listens.",
    Place.HOST,
    "winrm enumerate winrm/config/listener",
    LOOKS,
)
# about_Remote_Troubleshooting, "How to enable remoting on public networks".
OPEN_PUBLIC = Pattern(
    "Let also other subnets in where the host's network counts as public.",
    Place.HOST,
    "Set-NetFirewallRule -Name 'WINRM-HTTP-In-TCP-PUBLIC' -RemoteAddress Any",
    "Everybody who can reach the host over a public network may try to log in.",
)
# New-SelfSignedCertificate, example 1; New-WSManInstance, example 1; New-NetFirewallRule, -Protocol and -LocalPort.
HTTPS_LISTENER = Pattern(
    "Let WinRM listen for https, with a certificate that the host makes for itself.",
    Place.HOST,
    "$certificate = New-SelfSignedCertificate -DnsName ‹host› -CertStoreLocation Cert:\\LocalMachine\\My\n"
    "New-WSManInstance winrm/config/Listener -SelectorSet @{Transport='HTTPS'; Address='*'} "
    "-ValueSet @{Hostname=‹host›; CertificateThumbprint=$certificate.Thumbprint}\n"
    "New-NetFirewallRule -DisplayName 'WinRM over HTTPS' -Direction Inbound -Protocol TCP -LocalPort ‹port› -Action Allow",
    "The port is open on every network of the host. Nobody vouches for the certificate: compare its fingerprint before you "
    "trust it.",
)
# Test-NetConnection, -Port.
TEST_PORT = Pattern(
    "Try the port with Windows' own tool.",
    Place.CLIENT,
    "Test-NetConnection -ComputerName ‹host› -Port ‹port›",
    LOOKS,
    WINDOWS,
)
# Get-Service and Start-Service; about_Remote_Troubleshooting, "How to recover from an operation failure".
START_WINRM = Pattern(
    "Start the WinRM service.",
    Place.HOST,
    "Start-Service WinRM",
    "The host can be managed from afar again, as it is configured.",
)
# Restart-Service.
RESTART_WINRM = Pattern(
    "Start the WinRM service anew.",
    Place.HOST,
    "Restart-Service -Name WinRM",
    "Everybody's remote sessions on the host end.",
)
# about_Certificate_Provider; the Thumbprint is a SHA-1 (winrm-config, "CertificateThumbprint").
COMPARE = Pattern(
    "Compare the thumbprint with the one that came back: ‹thumbprint›.",
    Place.HOST,
    "Get-ChildItem Cert:\\LocalMachine\\My | Format-List Subject, NotAfter, Thumbprint",
    LOOKS,
)
# [HVTree] the command line's own option; the window pins a certificate when it asks whether to trust it.
PIN = Pattern(
    "If it is the same, trust this one certificate.",
    Place.CLIENT,
    "hvtree doctor ‹url› --user ‹user› --fingerprint ‹fingerprint›",
    "HVTree trusts whoever has the key of this certificate, whatever its name and dates, and nobody else.",
)
# Export-Certificate (its pipeline input and -FilePath); certutil -encode.
EXPORT_CERTIFICATE = Pattern(
    "Write the certificate to a PEM file; copy it here, and name it with --ca-file.",
    Place.HOST,
    "Get-ChildItem Cert:\\LocalMachine\\My\\‹thumbprint› | Export-Certificate -FilePath C:\\winrm.cer\n"
    "certutil -encode C:\\winrm.cer C:\\winrm.pem",
    "The certificate holds no secret. Whoever trusts it trusts this host, and no other.",
)
# New-SelfSignedCertificate, example 1; Set-WSManInstance, example 1 (a listener's properties).
RENEW = Pattern(
    "Give the listener a new certificate for the name that you use.",
    Place.HOST,
    "$certificate = New-SelfSignedCertificate -DnsName ‹host› -CertStoreLocation Cert:\\LocalMachine\\My\n"
    "Set-WSManInstance -ResourceURI winrm/config/listener -SelectorSet @{address='*';transport='https'} "
    "-ValueSet @{CertificateThumbprint=$certificate.Thumbprint}",
    "Everybody who trusts the old certificate must be told of the new one; nobody vouches for it.",
)
# [HVTree] the command line's own options.
OTHER_NAME = Pattern(
    "Use the name that the certificate is for.",
    Place.CLIENT,
    "hvtree doctor https://‹certificate name›:‹port›/wsman --user ‹user›",
    "Nothing.",
)
# [HVTree] the command line's own options.
OTHER_PORT = Pattern(
    "Use WinRM's other port, which is open.",
    Place.CLIENT,
    "hvtree doctor ‹other url› --user ‹user›",
    "Over http HVTree encrypts the messages themselves; over https it checks the certificate.",
)
# Resolve-DnsName, -Name.
LOOK_UP_WINDOWS = Pattern(
    "Ask DNS for the name.", Place.CLIENT, "Resolve-DnsName -Name ‹host›", LOOKS, WINDOWS
)
# getent(1).
LOOK_UP_LINUX = Pattern(
    "Ask this computer for the name, in the way that HVTree does.",
    Place.CLIENT,
    "getent hosts ‹host›",
    LOOKS,
    LINUX,
)
# dscacheutil(1).
LOOK_UP_MAC = Pattern(
    "Ask this computer for the name, in the way that HVTree does.",
    Place.CLIENT,
    "dscacheutil -q host -a name ‹host›",
    LOOKS,
    MAC,
)
# Get-NetIPAddress, -AddressFamily.
ADDRESSES = Pattern(
    "See the host's addresses, and use one of them instead of the name.",
    Place.HOST,
    "Get-NetIPAddress -AddressFamily IPv4 | Format-Table InterfaceAlias, IPAddress",
    "It only looks. With an address instead of a name Kerberos does not work; NTLM does.",
)
