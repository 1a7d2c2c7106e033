using System.Text;
using System.Text.Json;
using NativeHost.Registration;
using Xunit;

namespace NativeHost.Tests.Registration;

public sealed class HostManifestRulesTests
{
    private static readonly HostManifest Good = HostManifest.Build(
        BrowserFamily.Chromium,
        HostName.Main,
        "/opt/tab agent/tabagent",
        ExtensionIds.Sort([Machine.ChromiumId], out _));

    [Fact]
    public void What_we_build_breaks_no_rule()
    {
        var firefox = HostManifest.Build(BrowserFamily.Firefox, HostName.Main, "/tabagent", ExtensionIds.Sort([Machine.FirefoxId], out _));

        Assert.Empty(HostManifestRules.Check(Good, BrowserFamily.Chromium, HostName.Main));
        Assert.Empty(HostManifestRules.Check(firefox, BrowserFamily.Firefox, HostName.Main));
    }

    [Theory]
    [InlineData("Com.tabagent.host")]
    [InlineData("com.tab-agent.host")]
    [InlineData(".com.tabagent")]
    [InlineData("com.tabagent.")]
    [InlineData("com..tabagent")]
    [InlineData("")]
    [InlineData("com.tabagent\n")]
    [InlineData(null)]
    public void A_name_of_another_form_is_a_fault(string? name)
    {
        AssertFault("name-form", Good with { Name = name });
    }

    [Theory]
    [InlineData("chrome-extension://abcdefghijklmnopabcdefghijklmnop", "origin-slash")]
    [InlineData("chrome-extension://*/", "origin-form")]
    [InlineData("chrome-extension://abcdefghijklmnopabcdefghijklmnoq/", "origin-form")]
    [InlineData("chrome-extension://abcdefghijklmnop/", "origin-form")]
    [InlineData("https://example.org/", "origin-form")]
    [InlineData("chrome-extension://abcdefghijklmnopabcdefghijklmnop/page.html", "origin-form")]
    [InlineData(null, "origin-form")]
    public void One_bad_origin_among_good_ones_is_a_fault(string? origin, string code)
    {
        AssertFault(code, Good with { AllowedOrigins = [.. Good.AllowedOrigins!, origin] });
    }

    [Fact]
    public void Each_other_rule_of_Chromium_has_its_own_code()
    {
        AssertFault("name-mismatch", Good with { Name = "com.tabagent.other" });
        AssertFault("type", Good with { Type = "pipe" });
        AssertFault("type", Good with { Type = null });
        AssertFault("path-relative", Good with { Path = "bin/tabagent" });
        AssertFault("path-relative", Good with { Path = null });
        AssertFault("description", Good with { Description = "" });
        AssertFault("origins-missing", Good with { AllowedOrigins = null });
        AssertFault("origins-missing", Good with { AllowedOrigins = [] });
    }

    [Theory]
    [InlineData("tabagent@example.org", true)]
    [InlineData("@example.org", true)]
    [InlineData("{01234567-89ab-cdef-0123-456789ABCDEF}", true)]
    [InlineData("01234567-89ab-cdef-0123-456789abcdef", false)]
    [InlineData("tabagent", false)]
    [InlineData("*", false)]
    public void Add_on_ids_have_one_of_two_forms(string id, bool isGood)
    {
        var manifest = Good with { AllowedOrigins = null, AllowedExtensions = [id] };

        var codes = HostManifestRules.Check(manifest, BrowserFamily.Firefox, HostName.Main).Select(fault => fault.Code);

        Assert.Equal(isGood ? [] : ["extension-form"], codes);
    }

    [Fact]
    public void A_Firefox_manifest_without_add_ons_is_a_fault()
    {
        var faults = HostManifestRules.Check(Good with { AllowedExtensions = [] }, BrowserFamily.Firefox, HostName.Main);

        Assert.Equal("extensions-missing", Assert.Single(faults).Code);
    }

    [Fact]
    public void Files_are_read_as_browsers_read_them()
    {
        byte[] commented = [.. Encoding.UTF8.Preamble, .. "// mine\n"u8, .. Good.ToFile()];

        var manifest = HostManifest.Parse(commented);

        Assert.Equal(Good.Path, manifest.Path);
        Assert.Throws<JsonException>(() => HostManifest.Parse("{\"name\":\"x\",}"u8));
        Assert.Throws<JsonException>(() => HostManifest.Parse("{\"name\":5}"u8));
        Assert.Throws<JsonException>(() => HostManifest.Parse("null"u8));
    }

    private static void AssertFault(string code, HostManifest manifest)
    {
        var faults = HostManifestRules.Check(manifest, BrowserFamily.Chromium, HostName.Main);

        Assert.Equal(code, Assert.Single(faults).Code);
    }
}
