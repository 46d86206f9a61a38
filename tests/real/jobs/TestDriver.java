import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The driver of the real tests. First argument:
 *
 * <ul>
 *   <li>rounds TASKS MILLIS STOP [RESUME]: as rounds.py, for Sparks whose Python does not run here
 *   <li>exit STATUS: ends at once with that status
 *   <li>environment PREFIX: says how many bytes of variables with that prefix it has, and their checksum; then as hang
 *   <li>hang: never ends by itself
 *   <li>second-time FILE: exits 1 and leaves FILE behind; where FILE is there already, ends well
 * </ul>
 */
public final class TestDriver {
  private TestDriver() {}

  public static void main(String[] args) throws Exception {
    System.out.println("STARTED " + String.join(" ", args));
    switch (args[0]) {
      case "rounds":
        rounds(args);
        break;
      case "exit":
        System.exit(Integer.parseInt(args[1]));
        break;
      case "environment":
        environment(args[1]);
        Thread.sleep(Long.MAX_VALUE);
        break;
      case "hang":
        Thread.sleep(Long.MAX_VALUE);
        break;
      case "second-time":
        Path mark = Paths.get(args[1]);
        if (!Files.exists(mark)) {
          Files.createFile(mark);
          System.exit(1);
        }
        System.out.println("RESULT second time");
        break;
      default:
        throw new IllegalArgumentException("no mode named " + args[0]);
    }
  }

  private static void environment(String prefix) {
    CRC32 checksum = new CRC32();
    long bytes = 0;
    for (Map.Entry<String, String> variable : new TreeMap<>(System.getenv()).entrySet()) {
      if (variable.getKey().startsWith(prefix)) {
        byte[] line = (variable.getKey() + "=" + variable.getValue() + "\n").getBytes(StandardCharsets.UTF_8);
        checksum.update(line, 0, line.length);
        bytes += line.length;
      }
    }
    System.out.println("ENVIRONMENT " + bytes + " " + checksum.getValue());
  }

  private static void rounds(String[] args) throws Exception {
    int tasks = Integer.parseInt(args[1]);
    long millis = Long.parseLong(args[2]);
    Path stop = Paths.get(args[3]);
    Path resume = args.length > 4 ? Paths.get(args[4]) : null;
    List<Integer> numbers = new ArrayList<>();
    for (int number = 0; number < tasks; number++) {
      numbers.add(number);
    }
    try (JavaSparkContext spark = new JavaSparkContext(new SparkConf())) {
      System.out.println("APP " + spark.sc().applicationId());
      int round = 0;
      do {
        oneRound(spark, numbers, millis, ++round);
      } while (!Files.exists(stop));
      if (resume != null) {
        System.out.println("IDLE");
        while (!Files.exists(resume)) {
          Thread.sleep(100);
        }
        oneRound(spark, numbers, millis, ++round);
      }
      System.out.println("RESULT " + round + " rounds");
    }
  }

  private static void oneRound(JavaSparkContext spark, List<Integer> numbers, long millis, int round) {
    List<String> where = spark.parallelize(numbers, numbers.size()).map(number -> {
      Thread.sleep(millis);
      return SparkEnv.get().executorId();
    }).collect();
    if (where.size() != numbers.size()) {
      throw new IllegalStateException(where.size() + " answers of " + numbers.size());
    }
    System.out.println("ROUND " + round + " tasks " + where.size() + " executors " + String.join(",", new TreeSet<>(where)));
  }
}
