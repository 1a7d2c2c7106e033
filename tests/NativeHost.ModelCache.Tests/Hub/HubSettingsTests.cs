using NativeHost.ModelCache.Hub;
using Xunit;

namespace NativeHost.ModelCache.Tests.Hub;

public sealed class HubSettingsTests
{
    private static readonly string User = Path.GetFullPath("/home/alice");

    [Fact]
    public void Without_variables_the_public_hub_and_the_usual_folders_are_taken()
    {
        var settings = Read();

        Assert.Equal("https://huggingface.co/", settings.Endpoint.AbsoluteUri);
        Assert.Equal(Path.Combine(User, ".cache", "huggingface"), settings.Home);
        Assert.Equal(Path.Combine(User, ".cache", "huggingface", "hub"), settings.CacheFolder);
        Assert.Equal(Path.Combine(User, ".cache", "huggingface", "token"), settings.TokenPath);
        Assert.Equal(TimeSpan.FromSeconds(10), settings.MetadataTimeout);
        Assert.True(settings.UsesSymbolicLinks);
        Assert.True(settings.SendsToken);
        Assert.False(settings.IsOffline);
        Assert.Null(settings.TokenVariable);
        Assert.Null(settings.Proxy);
    }

    [Theory]
    [InlineData("XDG_CACHE_HOME=/x", "/x/huggingface/hub", "/x/huggingface/token")]
    [InlineData("XDG_CACHE_HOME=relative", "~/.cache/huggingface/hub", "~/.cache/huggingface/token")]
    [InlineData("XDG_CACHE_HOME=/x;HF_HOME=/h", "/h/hub", "/h/token")]
    [InlineData("HF_HOME=~/hf", "~/hf/hub", "~/hf/token")]
    [InlineData("HF_HOME=/h;HUGGINGFACE_HUB_CACHE=/old", "/old", "/h/token")]
    [InlineData("HF_HOME=/h;HUGGINGFACE_HUB_CACHE=/old;HF_HUB_CACHE=/new", "/new", "/h/token")]
    [InlineData("HF_HOME= ;HF_HUB_CACHE=;HF_TOKEN_PATH=/t/mine", "~/.cache/huggingface/hub", "/t/mine")]
    public void Folders_follow_the_variables_in_their_order(string variables, string cacheFolder, string tokenPath)
    {
        var settings = Read(variables);

        Assert.Equal(Absolute(cacheFolder), settings.CacheFolder);
        Assert.Equal(Absolute(tokenPath), settings.TokenPath);
    }

    [Theory]
    [InlineData("HF_ENDPOINT=https://hf.example.org/", "https://hf.example.org/")]
    [InlineData("HF_ENDPOINT=https://a.example.org;MODEL_ENDPOINT=https://b.example.org", "https://b.example.org/")]
    [InlineData("HF_ENDPOINT=https://example.org/mirror/hf/", "https://example.org/mirror/hf")]
    [InlineData("HF_ENDPOINT=http://127.0.0.1:8080", "http://127.0.0.1:8080/")]
    [InlineData("HF_ENDPOINT=http://localhost:8080", "http://localhost:8080/")]
    [InlineData("HF_ENDPOINT=http://[::1]:8080", "http://[::1]:8080/")]
    public void The_hub_may_be_another_one(string variables, string endpoint) => Assert.Equal(endpoint, Read(variables).Endpoint.AbsoluteUri);

    [Theory]
    [InlineData("http://example.org")]
    [InlineData("http://127.0.0.1.example.org")]
    [InlineData("ftp://example.org")]
    [InlineData("example.org")]
    [InlineData("https://alice:secret@example.org")]
    [InlineData("https://example.org/?a=secret")]
    [InlineData("https://example.org/#a")]
    [InlineData("file:///etc")]
    public void A_hub_that_cannot_be_asked_safely_is_refused(string endpoint)
    {
        var failure = Assert.Throws<ModelCacheException>(() => Read($"HF_ENDPOINT={endpoint}"));

        Assert.Equal(CacheFault.InvalidAddress, failure.Fault);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HF_HUB_OFFLINE=1", true)]
    [InlineData("HF_HUB_OFFLINE=yes", true)]
    [InlineData("HF_HUB_OFFLINE=On", true)]
    [InlineData("TRANSFORMERS_OFFLINE=TRUE", true)]
    [InlineData("HF_HUB_OFFLINE=0;TRANSFORMERS_OFFLINE=1", true)]
    [InlineData("HF_HUB_OFFLINE=0", false)]
    [InlineData("HF_HUB_OFFLINE=", false)]
    [InlineData("HF_HUB_OFFLINE=no", false)]
    public void Going_online_can_be_forbidden(string variables, bool isOffline) => Assert.Equal(isOffline, Read(variables).IsOffline);

    [Fact]
    public void Sending_the_token_can_be_forbidden() => Assert.False(Read("HF_HUB_DISABLE_IMPLICIT_TOKEN=1").SendsToken);

    [Theory]
    [InlineData("2.5", 2.5)]
    [InlineData("30", 30)]
    [InlineData("0", 10)]
    [InlineData("-1", 10)]
    [InlineData("NaN", 10)]
    [InlineData("1e9", 10)]
    [InlineData("soon", 10)]
    public void Timeouts_are_seconds_and_what_makes_no_sense_is_ignored(string text, double seconds)
    {
        var settings = Read($"HF_HUB_ETAG_TIMEOUT={text}");

        Assert.Equal(TimeSpan.FromSeconds(seconds), settings.MetadataTimeout);
    }

    [Theory]
    [InlineData("1", false)]
    [InlineData("true", false)]
    [InlineData("false", true)]
    [InlineData("0", true)]
    public void Symbolic_links_can_be_forbidden(string text, bool areUsed)
        => Assert.Equal(areUsed, Read($"HF_HUB_DISABLE_SYMLINKS={text}").UsesSymbolicLinks);

    [Theory]
    [InlineData("HF_TOKEN=a;HUGGING_FACE_HUB_TOKEN=b", "HF_TOKEN")]
    [InlineData("HF_TOKEN= ;HUGGING_FACE_HUB_TOKEN=b", "HUGGING_FACE_HUB_TOKEN")]
    [InlineData("HF_TOKEN=", null)]
    public void The_first_variable_with_a_token_counts(string variables, string? variable) => Assert.Equal(variable, Read(variables).TokenVariable);

    [Fact]
    public void A_configured_proxy_gets_the_login_that_its_address_holds()
    {
        var target = new Uri("https://huggingface.co");

        var proxy = Read(proxy: " http://alice:p%40ss@proxy.example.org:3128 ").Proxy!;

        Assert.Equal(new Uri("http://proxy.example.org:3128"), proxy.GetProxy(target));
        var login = proxy.Credentials!.GetCredential(target, "Basic")!;
        Assert.Equal(("alice", "p@ss"), (login.UserName, login.Password));
    }

    [Theory]
    [InlineData("proxy.example.org:3128")]
    [InlineData("alice:secret@proxy.example.org:3128")]
    [InlineData("ftp://alice:secret@proxy.example.org")]
    public void A_proxy_without_a_kind_is_refused_and_its_password_stays_unsaid(string proxy)
    {
        var failure = Assert.Throws<ModelCacheException>(() => Read(proxy: proxy));

        Assert.Equal(CacheFault.InvalidAddress, failure.Fault);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    private static HubSettings Read(string variables = "", string? proxy = null)
    {
        var environment = variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return HubSettings.Read(environment.GetValueOrDefault, User, proxy);
    }

    private static string Absolute(string path) => Path.GetFullPath(path.StartsWith('~') ? User + path[1..] : path);
}
