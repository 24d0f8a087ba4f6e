"""Databases, files, streams and what computes on them, on moto."""
TAGS = [{"Key": "Name", "Value": "golden"}, {"Key": "Owner", "Value": "platform"}]
ROLE = "arn:aws:iam::123456789012:role/golden-role"


def relational(client, made):
    rds = client("rds")
    rds.create_db_cluster_snapshot(DBClusterIdentifier="golden-cluster",
                                   DBClusterSnapshotIdentifier="golden-cluster-copy", Tags=TAGS)
    rds.create_db_parameter_group(DBParameterGroupName="golden-parameters", DBParameterGroupFamily="postgres16",
                                  Description="golden", Tags=TAGS)
    rds.create_db_cluster_parameter_group(DBClusterParameterGroupName="golden-cluster-parameters",
                                          DBParameterGroupFamily="aurora-postgresql16", Description="golden")
    rds.create_event_subscription(SubscriptionName="golden-events", SourceType="db-instance", Enabled=True,
                                  SnsTopicArn="arn:aws:sns:eu-west-1:123456789012:golden", Tags=TAGS)
    rds.create_db_proxy(DBProxyName="golden-proxy", EngineFamily="POSTGRESQL", RoleArn=ROLE, RequireTLS=True,
                        Auth=[{"AuthScheme": "SECRETS", "IAMAuth": "DISABLED",
                               "SecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:golden-AbCdEf"}],
                        VpcSubnetIds=made["subnets"], VpcSecurityGroupIds=[made["group"]], Tags=TAGS)
    rds.create_global_cluster(GlobalClusterIdentifier="golden-global", Engine="aurora-postgresql")


def graphs(client, made):
    del made
    client("neptune").create_db_cluster(DBClusterIdentifier="golden-neptune", Engine="neptune", Tags=TAGS)


def caches(client, made):
    cache = client("elasticache")
    cache.create_cache_subnet_group(CacheSubnetGroupName="golden-subnets", CacheSubnetGroupDescription="golden",
                                    SubnetIds=made["subnets"])
    cache.create_cache_cluster(CacheClusterId="golden-cache", Engine="redis", CacheNodeType="cache.t3.micro",
                               NumCacheNodes=1, Tags=TAGS)
    cache.create_replication_group(ReplicationGroupId="golden-group", ReplicationGroupDescription="golden",
                                   Engine="redis", CacheNodeType="cache.t3.micro", Tags=TAGS,
                                   TransitEncryptionEnabled=True)
    cache.create_user(UserId="golden-user", UserName="golden", Engine="redis", Passwords=["hunter2hunter2hunter2"],
                      AccessString="on ~* +@read")
    memory = client("memorydb")
    memory.create_cluster(ClusterName="golden-memory", NodeType="db.t4g.small", ACLName="open-access", Tags=TAGS)
    client("dax").create_cluster(ClusterName="golden-dax", NodeType="dax.t3.small", ReplicationFactor=1,
                                 IamRoleArn=ROLE, Tags=TAGS)


def warehouse(client, made):
    redshift = client("redshift")
    redshift.create_cluster_subnet_group(ClusterSubnetGroupName="golden-subnets", Description="golden",
                                         SubnetIds=made["subnets"], Tags=TAGS)
    redshift.create_cluster_parameter_group(ParameterGroupName="golden-parameters", Description="golden",
                                            ParameterGroupFamily="redshift-1.0", Tags=TAGS)
    redshift.create_cluster(ClusterIdentifier="golden-warehouse", NodeType="ra3.xlplus", MasterUsername="root",
                            MasterUserPassword="Hunter2hunter2", NumberOfNodes=2, ClusterType="multi-node",
                            ClusterSubnetGroupName="golden-subnets", Encrypted=True, Tags=TAGS)
    redshift.create_cluster_snapshot(SnapshotIdentifier="golden-warehouse-copy",
                                     ClusterIdentifier="golden-warehouse", Tags=TAGS)


def tables(client, made):
    del made
    dynamodb = client("dynamodb")
    dynamodb.create_table(TableName="golden-table", BillingMode="PAY_PER_REQUEST", Tags=TAGS,
                          KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                          AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
    dynamodb.create_backup(TableName="golden-table", BackupName="golden-backup")
    client("timestream-write").create_database(DatabaseName="golden-times", Tags=TAGS)


def files(client, made):
    efs = client("efs")
    system = efs.create_file_system(CreationToken="golden", Encrypted=True, Tags=TAGS)["FileSystemId"]
    made["file_system"] = system
    efs.create_mount_target(FileSystemId=system, SubnetId=made["subnets"][0], SecurityGroups=[made["group"]])
    efs.create_access_point(FileSystemId=system, Tags=TAGS, PosixUser={"Uid": 1000, "Gid": 1000})
    client("fsx").create_file_system(FileSystemType="LUSTRE", StorageCapacity=1200, Tags=TAGS,
                                     SubnetIds=made["subnets"][:1], SecurityGroupIds=[made["group"]])
    client("glacier").create_vault(accountId="-", vaultName="golden-vault")
    backup = client("backup")
    backup.create_backup_vault(BackupVaultName="golden-vault", BackupVaultTags={"Owner": "platform"})
    backup.create_backup_plan(BackupPlan={"BackupPlanName": "golden-plan", "Rules": [
        {"RuleName": "daily", "TargetBackupVaultName": "golden-vault", "ScheduleExpression": "cron(0 3 * * ? *)",
         "Lifecycle": {"DeleteAfterDays": 30}}]}, BackupPlanTags={"Owner": "platform"})


def streams(client, made):
    del made
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="golden-stream", ShardCount=1)
    kinesis.add_tags_to_stream(StreamName="golden-stream", Tags={"Owner": "platform"})
    client("firehose").create_delivery_stream(
        DeliveryStreamName="golden-delivery", Tags=TAGS, ExtendedS3DestinationConfiguration={
            "RoleARN": ROLE, "BucketARN": "arn:aws:s3:::golden-full"})


def brokers(client, made):
    client("kafka").create_cluster_v2(
        ClusterName="golden-kafka", Tags={"Owner": "platform"}, Provisioned={
            "KafkaVersion": "3.6.0", "NumberOfBrokerNodes": 2, "BrokerNodeGroupInfo": {
                "InstanceType": "kafka.t3.small", "ClientSubnets": made["subnets"],
                "SecurityGroups": [made["group"]]}})
    client("mq").create_broker(
        BrokerName="golden-broker", EngineType="RABBITMQ", EngineVersion="3.13", HostInstanceType="mq.t3.micro",
        DeploymentMode="SINGLE_INSTANCE", PubliclyAccessible=False, AutoMinorVersionUpgrade=True,
        Users=[{"Username": "golden", "Password": "hunter2hunter2"}], Tags={"Owner": "platform"})


def search(client, made):
    del made
    client("opensearch").create_domain(DomainName="golden-search", EngineVersion="OpenSearch_2.11", TagList=TAGS,
                                       ClusterConfig={"InstanceType": "t3.small.search", "InstanceCount": 1})


def analytics(client, made):
    glue = client("glue")
    glue.create_database(DatabaseInput={"Name": "golden_database", "Description": "golden"})
    glue.create_table(DatabaseName="golden_database", TableInput={
        "Name": "golden_table", "StorageDescriptor": {"Location": "s3://golden-full/table",
                                                      "Columns": [{"Name": "id", "Type": "string"}]}})
    glue.create_job(Name="golden-job", Role=ROLE, Command={"Name": "glueetl", "ScriptLocation": "s3://golden-full/j"},
                    DefaultArguments={"--password": "hunter2-argument"}, GlueVersion="4.0")
    glue.create_connection(ConnectionInput={
        "Name": "golden-connection", "ConnectionType": "JDBC", "Description": "golden",
        "ConnectionProperties": {"JDBC_CONNECTION_URL": "jdbc:postgresql://db.example.com:5432/golden", "USERNAME": "golden",
                                 "PASSWORD": "golden-password", "JDBC_ENFORCE_SSL": "true"},
        "PhysicalConnectionRequirements": {"SubnetId": "subnet-0123456789abcdef0", "AvailabilityZone": "eu-west-1a",
                                           "SecurityGroupIdList": ["sg-0123456789abcdef0"]}})
    glue.create_crawler(Name="golden-crawler", Role=ROLE, DatabaseName="golden_database",
                        Targets={"S3Targets": [{"Path": "s3://golden-full/"}]})
    client("athena").create_work_group(Name="golden-queries", Description="golden", Configuration={
        "ResultConfiguration": {"OutputLocation": "s3://golden-full/results/"},
        "BytesScannedCutoffPerQuery": 100000000})
    client("emr").run_job_flow(Name="golden-flow", ReleaseLabel="emr-6.15.0", ServiceRole="EMR_DefaultRole",
                               JobFlowRole="EMR_EC2_DefaultRole", Tags=TAGS, Instances={
                                   "MasterInstanceType": "m5.xlarge", "InstanceCount": 1,
                                   "KeepJobFlowAliveWhenNoSteps": True, "Ec2SubnetId": made["subnets"][0]})


def learning(client, made):
    maker = client("sagemaker")
    maker.create_notebook_instance(NotebookInstanceName="golden-notebook", InstanceType="ml.t3.medium", RoleArn=ROLE,
                                   SubnetId=made["subnets"][0], SecurityGroupIds=[made["group"]], Tags=TAGS)
    maker.create_model(ModelName="golden-model", ExecutionRoleArn=ROLE, Tags=TAGS, PrimaryContainer={
        "Image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/golden:1",
        "Environment": {"PASSWORD": "hunter2-in-a-model"}})
    maker.create_endpoint_config(EndpointConfigName="golden-config", Tags=TAGS, ProductionVariants=[
        {"VariantName": "all", "ModelName": "golden-model", "InstanceType": "ml.m5.large",
         "InitialInstanceCount": 1, "InitialVariantWeight": 1}])
    maker.create_endpoint(EndpointName="golden-endpoint", EndpointConfigName="golden-config", Tags=TAGS)
    maker.create_domain(DomainName="golden-domain", AuthMode="IAM", VpcId=made["vpc"], SubnetIds=made["subnets"],
                        DefaultUserSettings={"ExecutionRole": ROLE})


def moving(client, made):
    dms = client("dms")
    dms.create_replication_subnet_group(ReplicationSubnetGroupIdentifier="golden", SubnetIds=made["subnets"],
                                        ReplicationSubnetGroupDescription="golden")
    machine = dms.create_replication_instance(
        ReplicationInstanceIdentifier="golden-mover", ReplicationInstanceClass="dms.t3.micro", Tags=TAGS,
        ReplicationSubnetGroupIdentifier="golden")["ReplicationInstance"]["ReplicationInstanceArn"]
    ends = [dms.create_endpoint(EndpointIdentifier=f"golden-{side}", EndpointType=side, EngineName="postgres",
                                Username="root", Password="hunter2hunter2", ServerName="db.golden.example",
                                Port=5432, DatabaseName="golden", Tags=TAGS)["Endpoint"]["EndpointArn"]
            for side in ("source", "target")]
    dms.create_replication_task(ReplicationTaskIdentifier="golden-move", SourceEndpointArn=ends[0],
                                TargetEndpointArn=ends[1], ReplicationInstanceArn=machine,
                                MigrationType="full-load", TableMappings="{}")
    sync = client("datasync")
    places = [sync.create_location_s3(S3BucketArn="arn:aws:s3:::golden-full", Subdirectory=part,
                                      S3Config={"BucketAccessRoleArn": ROLE})["LocationArn"]
              for part in ("/from", "/to")]
    sync.create_task(Name="golden-copy", SourceLocationArn=places[0], DestinationLocationArn=places[1])
    client("transfer").create_server(Protocols=["SFTP"], IdentityProviderType="SERVICE_MANAGED", Tags=TAGS)


STEPS = [relational, graphs, caches, warehouse, tables, files, streams, brokers, search, analytics, learning,
         moving]
