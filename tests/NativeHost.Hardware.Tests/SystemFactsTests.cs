using NativeHost.Hardware.Tests.Recorded;
using Xunit;

namespace NativeHost.Hardware.Tests;

public sealed class SystemFactsTests
{
    [Fact]
    public void Linux_has_the_distributions_name_and_the_kernels_version()
    {
        var facts = SystemFacts.OnLinux(new RecordedFiles("/proc/sys/kernel/osrelease = 6.1.0-18-amd64", ("/etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\n")));

        Assert.Equal(("linux", "6.1.0-18-amd64", "Debian GNU/Linux 12 (bookworm) (Linux 6.1.0-18-amd64)"), (facts.Name, facts.Version, facts.Title));
    }

    [Fact]
    public void Windows_11_is_called_so_though_its_registry_says_10()
    {
        var facts = SystemFacts.OnWindows(new RecordedRegistry(
            """
            HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion
                ProductName    REG_SZ    Windows 10 Pro
                DisplayVersion    REG_SZ    23H2
                CurrentBuildNumber    REG_SZ    22631
                UBR    REG_DWORD    0xcd7
            """));

        Assert.Equal(("windows", "10.0.22631.3287", "Windows 11 Pro 23H2 (10.0.22631.3287)"), (facts.Name, facts.Version, facts.Title));
    }

    [Fact]
    public void MacOS_has_its_version()
        => Assert.Equal("macOS 14.5", SystemFacts.OnMacOS(new RecordedMac("kern.osproductversion: 14.5")).Title);

    [Fact]
    public void Systems_that_tell_nothing_still_have_a_name()
    {
        Assert.Equal("Linux", SystemFacts.OnLinux(new RecordedFiles("")).Title);
        Assert.Equal("Windows", SystemFacts.OnWindows(new RecordedRegistry("")).Title);
        Assert.Equal("macOS", SystemFacts.OnMacOS(new RecordedMac("")).Title);
    }
}
