using NativeHost.ModelCache.Hub;
using Xunit;

namespace NativeHost.ModelCache.Tests.Hub;

public sealed class HubTokenTests
{
    private const string OtherToken = "hf_0123456789012345678901234567890123";

    [Fact]
    public void A_stored_token_is_in_a_file_that_only_the_user_may_read()
    {
        using var bed = new HubBed(new ScriptedServer());

        bed.Tokens.Store($"  {HubBed.Token}\r\n");

        Assert.Equal(HubBed.Token, File.ReadAllText(bed.Settings.TokenPath));
        Assert.Equal(TokenSource.File, bed.Tokens.Source);
        Assert.Equal(["token"], Directory.GetFileSystemEntries(bed.Settings.Home).Select(Path.GetFileName));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(bed.Settings.TokenPath));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(bed.Settings.Home));
        }
    }

    [Fact]
    public void A_file_that_others_could_read_cannot_be_read_by_them_once_a_token_is_stored()
    {
        using var bed = new HubBed(new ScriptedServer());
        Directory.CreateDirectory(bed.Settings.Home);
        File.WriteAllText(bed.Settings.TokenPath, OtherToken);

        bed.Tokens.Store(HubBed.Token);

        Assert.Equal(HubBed.Token, Read(bed));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(bed.Settings.TokenPath));
        }
    }

    [Fact]
    public void A_cleared_token_is_gone_and_clearing_again_does_no_harm()
    {
        using var bed = new HubBed(new ScriptedServer(), token: HubBed.Token);

        Assert.True(bed.Tokens.Clear());
        Assert.False(bed.Tokens.Clear());
        Assert.Null(Read(bed));
        Assert.Equal(TokenSource.None, bed.Tokens.Source);
    }

    [Fact]
    public void A_token_that_another_program_stores_counts_at_once()
    {
        using var bed = new HubBed(new ScriptedServer(), token: HubBed.Token);

        File.WriteAllText(bed.Settings.TokenPath, $"\uFEFF{OtherToken}\n");

        Assert.Equal(OtherToken, Read(bed));
    }

    [Fact]
    public void A_variable_wins_over_the_file()
    {
        using var bed = new HubBed(new ScriptedServer(), token: HubBed.Token, environment: ("HF_TOKEN", $" {OtherToken}\r\n"));

        Assert.Equal(OtherToken, Read(bed));
        Assert.Equal(TokenSource.Environment, bed.Tokens.Source);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hf_short")]
    [InlineData("hf_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg")]
    [InlineData("HF_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh")]
    [InlineData("sk-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijk")]
    [InlineData("hf_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg\u00e4")]
    [InlineData("hf_ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghij")]
    public void What_does_not_look_like_a_token_is_neither_stored_nor_shown(string text)
    {
        using var bed = new HubBed(new ScriptedServer(), token: HubBed.Token);

        var failure = Assert.Throws<ModelCacheException>(() => bed.Tokens.Store(text));

        Assert.Equal(CacheFault.TokenInvalid, failure.Fault);
        Assert.Contains("https://huggingface.co/settings/tokens", failure.Message, StringComparison.Ordinal);
        Assert.True(text.Length == 0 || !failure.ToString().Contains(text, StringComparison.Ordinal));
        Assert.Equal(HubBed.Token, Read(bed));
    }

    [Fact]
    public async Task Another_secret_in_the_variable_is_not_sent()
    {
        var server = new ScriptedServer();
        using var bed = new HubBed(server, environment: ("HF_TOKEN", "AKIAIOSFODNN7EXAMPLE"));

        var failure = await HubBed.FailsAsync(() => bed.Client.InfoAsync(HubBed.Repo, "main", Patience.Token));

        Assert.Equal(CacheFault.TokenInvalid, failure.Fault);
        Assert.Contains("HF_TOKEN", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AKIA", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void A_token_of_a_login_in_a_browser_is_one()
    {
        const string Long = "hf_oauth_eyJhbGciOiJFZERTQSJ9.eyJzY29wZSI6WyJvcGVuaWQiXX0.c2lnbmF0dXJl-_";
        using var bed = new HubBed(new ScriptedServer());

        bed.Tokens.Store(Long);

        Assert.Equal(Long, Read(bed));
    }

    [Theory]
    [InlineData("eyJhbGciOi.J9._-~+/==", true)]
    [InlineData("two words", false)]
    [InlineData("line\u0007feed", false)]
    public void A_mirror_has_tokens_of_its_own_form(string token, bool isOne)
    {
        using var bed = new HubBed(new ScriptedServer(), new Uri("https://mirror.example.org"));

        if (isOne)
        {
            bed.Tokens.Store(token);
            Assert.Equal(token, Read(bed));
        }
        else
        {
            Assert.Throws<ModelCacheException>(() => bed.Tokens.Store(token));
        }
    }

    [Fact]
    public void A_file_that_is_no_token_says_so_and_is_not_shown()
    {
        using var bed = new HubBed(new ScriptedServer());
        Directory.CreateDirectory(bed.Settings.Home);
        File.WriteAllBytes(bed.Settings.TokenPath, [.. new byte[100_000].Select(_ => (byte)'x')]);

        var failure = Assert.Throws<ModelCacheException>(() => Read(bed));

        Assert.Equal(CacheFault.TokenInvalid, failure.Fault);
        Assert.Contains(bed.Settings.TokenPath, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("xxx", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_that_cannot_be_kept_leaves_the_old_state()
    {
        using var bed = new HubBed(new ScriptedServer());
        Directory.CreateDirectory(bed.Settings.TokenPath);

        var failure = Assert.Throws<ModelCacheException>(() => bed.Tokens.Store(HubBed.Token));

        Assert.Equal(CacheFault.CacheUnusable, failure.Fault);
        Assert.Equal(["token"], Directory.GetFileSystemEntries(bed.Settings.Home).Select(Path.GetFileName));
    }

    private static string? Read(HubBed bed) => bed.Tokens.TryRead(out var token) ? token : null;
}
