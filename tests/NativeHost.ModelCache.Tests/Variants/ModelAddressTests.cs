using NativeHost.ModelCache.Variants;
using Xunit;

namespace NativeHost.ModelCache.Tests.Variants;

public sealed class ModelAddressTests
{
    private static readonly Uri OwnHub = new("http://127.0.0.1:8080");

    [Theory]
    [InlineData("acme/tiny", "acme/tiny", null, null, null)]
    [InlineData("  acme/tiny \n", "acme/tiny", null, null, null)]
    [InlineData("acme/tiny:Q4_K_M", "acme/tiny", null, "Q4_K_M", null)]
    [InlineData("acme/tiny:latest", "acme/tiny", null, null, null)]
    [InlineData("acme/tiny:tiny-Q4_K_M.gguf", "acme/tiny", null, "tiny-Q4_K_M.gguf", null)]
    [InlineData("acme/tiny/a.gguf", "acme/tiny", null, null, "a.gguf")]
    [InlineData("acme/tiny/UD-Q4/möde l@2.gguf", "acme/tiny", null, null, "UD-Q4/möde l@2.gguf")]
    [InlineData("acme/tiny@v1.0", "acme/tiny", "v1.0", null, null)]
    [InlineData("acme/tiny@v1:Q8_0", "acme/tiny", "v1", "Q8_0", null)]
    [InlineData("acme/tiny:Q8_0@v1", "acme/tiny", "v1", "Q8_0", null)]
    [InlineData("acme/tiny@v1/a/b.gguf", "acme/tiny", "v1", null, "a/b.gguf")]
    [InlineData("acme/tiny/a/b.gguf@refs/pr/1", "acme/tiny", "refs/pr/1", null, "a/b.gguf")]
    [InlineData("acme/tiny@refs/pr/1/a.gguf", "acme/tiny", "refs/pr/1", null, "a.gguf")]
    [InlineData("acme/tiny@refs/pr/1:Q8_0", "acme/tiny", "refs/pr/1", "Q8_0", null)]
    [InlineData("acme/tiny.gguf:Q8_0", "acme/tiny.gguf", null, "Q8_0", null)]
    [InlineData("hf:acme/tiny:Q8_0", "acme/tiny", null, "Q8_0", null)]
    [InlineData("hf://acme/tiny/a.gguf", "acme/tiny", null, null, "a.gguf")]
    [InlineData("hf.co/acme/tiny", "acme/tiny", null, null, null)]
    [InlineData("hf.co/acme/tiny:Q8_0", "acme/tiny", null, "Q8_0", null)]
    [InlineData("hf.co/acme/tiny/a.gguf", "acme/tiny", null, null, "a.gguf")]
    [InlineData("huggingface.co/acme/tiny.gguf", "acme/tiny.gguf", null, null, null)]
    [InlineData("https://huggingface.co/acme/tiny", "acme/tiny", null, null, null)]
    [InlineData("https://huggingface.co/acme/tiny/", "acme/tiny", null, null, null)]
    [InlineData("HTTPS://HuggingFace.co/acme/tiny?library=gguf#readme", "acme/tiny", null, null, null)]
    [InlineData("https://huggingface.co/acme/tiny:Q8_0", "acme/tiny", null, "Q8_0", null)]
    [InlineData("https://huggingface.co/acme/tiny/tree/main", "acme/tiny", "main", null, null)]
    [InlineData("https://huggingface.co/acme/tiny/tree", "acme/tiny", null, null, null)]
    [InlineData("https://huggingface.co/acme/tiny/tree/main/UD-Q4_K_XL", "acme/tiny", "main", "UD-Q4_K_XL", null)]
    [InlineData("https://huggingface.co/acme/tiny/tree/refs%2Fpr%2F1", "acme/tiny", "refs/pr/1", null, null)]
    [InlineData("https://huggingface.co/acme/tiny/blob/main/a.gguf", "acme/tiny", "main", null, "a.gguf")]
    [InlineData("https://huggingface.co/acme/tiny/blob/main/BF16/a%20b.gguf", "acme/tiny", "main", null, "BF16/a b.gguf")]
    [InlineData("https://huggingface.co/acme/tiny/resolve/main/a.gguf?download=true", "acme/tiny", "main", null, "a.gguf")]
    [InlineData("https://hf.co/acme/tiny/resolve/refs/pr/1/a.gguf", "acme/tiny", "refs/pr/1", null, "a.gguf")]
    [InlineData("https://huggingface.co/acme/tiny/raw/main/a.gguf", "acme/tiny", "main", null, "a.gguf")]
    [InlineData("https://huggingface.co/acme/tiny?show_file_info=BF16%2Fa.gguf", "acme/tiny", null, null, "BF16/a.gguf")]
    [InlineData("https://huggingface.co/acme/tiny/tree/main?x=1&show_file_info=a.gguf#top", "acme/tiny", "main", null, "a.gguf")]
    [InlineData("https://huggingface.co/acme/tiny/discussions/3", "acme/tiny", null, null, null)]
    [InlineData("https://huggingface.co/acme/tiny/commits/main", "acme/tiny", null, null, null)]
    [InlineData("http://127.0.0.1:8080/acme/tiny/blob/main/a.gguf", "acme/tiny", "main", null, "a.gguf")]
    public void What_people_write_and_paste_is_read(string text, string repo, string? revision, string? quant, string? file)
    {
        var address = ModelAddress.Parse(text, OwnHub);

        Assert.Equal((repo, revision, quant, file), (address.Repo.ToString(), address.Revision, address.Quant, address.File));
        Assert.Equal(address, ModelAddress.Parse($"hf:{address}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("model.gguf")]
    [InlineData("tiny")]
    [InlineData("llama3:8b")]
    [InlineData("models/model.gguf")]
    [InlineData("models/model.GGUF")]
    [InlineData("./acme/tiny")]
    [InlineData("../acme/tiny")]
    [InlineData("/acme/tiny")]
    [InlineData("/home/me/models/a.gguf")]
    [InlineData("~/models/a.gguf")]
    [InlineData("C:\\models\\a.gguf")]
    [InlineData("C:/models/a.gguf")]
    [InlineData("acme\\tiny")]
    [InlineData("\\\\server\\share\\a.gguf")]
    [InlineData("file:///home/me/a.gguf")]
    public void Files_and_names_of_this_machine_are_no_addresses(string text)
    {
        Assert.Null(ModelAddress.Read(text));
        Assert.Equal(CacheFault.InvalidAddress, Assert.Throws<ModelCacheException>(() => ModelAddress.Parse(text)).Fault);
    }

    [Theory]
    [InlineData("acme/tiny/folder", "not the path of a .gguf file")]
    [InlineData("acme/tiny/a.safetensors", "not the path of a .gguf file")]
    [InlineData("acme/tiny/../../etc/a.gguf", "not the path of a .gguf file")]
    [InlineData("acme/tiny//a.gguf", "not the path of a .gguf file")]
    [InlineData("acme/tiny/", "no owner/name")]
    [InlineData("acme/ti--ny", "no owner/name")]
    [InlineData("-acme/tiny", "no owner/name")]
    [InlineData("acme/tiny model", "no owner/name")]
    [InlineData("acme/tiny:", "behind the colon")]
    [InlineData("acme/tiny:../x", "behind the colon")]
    [InlineData("acme/tiny:a:b", "no owner/name")]
    [InlineData("acme/tiny@", "no owner/name")]
    [InlineData("acme/tiny@../x.gguf", "revision")]
    [InlineData("acme/tiny@a b", "revision")]
    [InlineData("acme/tiny:Q4_0@refs/../../x", "revision")]
    [InlineData("acme/tiny@v1:Q4_0@v2", "two revisions")]
    [InlineData("hf.co/acme", "no owner/name")]
    [InlineData("https://huggingface.co", "no owner/name")]
    [InlineData("https://huggingface.co/datasets/acme/data", "no page of a model")]
    [InlineData("https://huggingface.co/spaces/acme/tiny", "no page of a model")]
    [InlineData("https://huggingface.co/acme/tiny/tree/main/docs", "no quantization")]
    [InlineData("https://huggingface.co/acme/tiny/blob/main/README.md", "not the path of a .gguf file")]
    [InlineData("https://huggingface.co/acme/tiny/blob/main/..%2F..%2Fa.gguf", "not the path of a .gguf file")]
    [InlineData("https://huggingface.co/acme/tiny/blob/..%2Fmain/a.gguf", "revision")]
    [InlineData("https://huggingface.co/acme/tiny/blob", "not the path of a .gguf file")]
    [InlineData("https://example.com/acme/tiny", "only addresses of the hub")]
    [InlineData("https://huggingface.co.example.com/acme/tiny", "only addresses of the hub")]
    [InlineData("https://huggingface.co:81/acme/tiny", "only addresses of the hub")]
    [InlineData("s3://bucket/tiny", "only addresses of the hub")]
    public void A_wrong_address_is_refused_with_its_reason(string text, string reason)
    {
        var failure = Assert.Throws<ModelCacheException>(() => ModelAddress.Read(text));

        Assert.Equal(CacheFault.InvalidAddress, failure.Fault);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://us.aws.cdn.hf.co/xet/abc?Signature=SECRET&Policy=SECRET")]
    [InlineData("https://me:SECRET@huggingface.co/acme/tiny")]
    [InlineData("hf_SECRETSECRETSECRET")]
    [InlineData("acme/tiny/hf_SECRETSECRETSECRET")]
    [InlineData("https://huggingface.co/datasets/x?token=SECRET")]
    [InlineData("https://huggingface.co/datasets/x#SECRET")]
    public void No_secret_gets_into_the_message(string text)
        => Assert.DoesNotContain("SECRET", Assert.Throws<ModelCacheException>(() => ModelAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_message_shows_a_long_or_odd_text_in_part()
    {
        var failure = Assert.Throws<ModelCacheException>(() => ModelAddress.Parse($"a/\u001b[31m{new string('x', 100_000)}"));

        Assert.InRange(failure.Message.Length, 1, 400);
        Assert.DoesNotContain('\u001b', failure.Message);
    }

    [Fact]
    public void Any_text_is_read_or_refused()
    {
        const int Seed = 41;
        const string Letters = "ab/:@.-_%?#\\ \0\nä" + "F~";
        string[] words = ["acme/tiny", "hf:", "https://", "huggingface.co/", "hf.co", "tree/", "blob/main/", ".gguf", "refs/", "Q4_K_M", "show_file_info=", "%2F", "%"];
        var random = new Random(Seed);
        for (var i = 0; i < LongRun.Rounds(usual: 20_000, whenLong: 2_000_000); i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(3) == 0 ? words[random.Next(words.Length)] : Letters[random.Next(Letters.Length)].ToString()));
            try
            {
                if (ModelAddress.Read(text) is { } address)
                {
                    Assert.Equal(address, ModelAddress.Read($"hf:{address}"));
                }
            }
            catch (ModelCacheException e)
            {
                Assert.Equal(CacheFault.InvalidAddress, e.Fault);
            }
        }
    }
}
